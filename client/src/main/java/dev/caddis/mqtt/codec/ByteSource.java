package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ReasonCode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A cursor over the body of one packet: each field is taken in order, and refused by name when it
/// is not there.
///
/// Reused for packet after packet by one [PacketReader]; strings and bytes are copied out of the
/// array.
final class ByteSource {

    private static final byte[] NOTHING = {};

    private PacketType packet = PacketType.CONNECT;
    private byte[] array = NOTHING;
    private int position;
    private int limit;

    /// Begins a packet whose body, without the fixed header, is `from` to `to`.
    void open(PacketType packet, byte[] array, int from, int to) {
        this.packet = packet;
        this.array = array;
        this.position = from;
        this.limit = to;
    }

    /// Forgets the array, which belongs to somebody else.
    void close() {
        array = NOTHING;
        position = 0;
        limit = 0;
    }

    PacketType packet() {
        return packet;
    }

    int remaining() {
        return limit - position;
    }

    boolean hasMore() {
        return position < limit;
    }

    /// Takes what is left if it is these bytes and no more.
    boolean isExactly(int... bytes) {
        if (remaining() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((array[position + i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        position = limit;
        return true;
    }

    int oneByte(Object field) throws MalformedPacketException {
        require(1, field);
        return array[position++] & 0xFF;
    }

    int twoBytes(Object field) throws MalformedPacketException {
        require(2, field);
        int value = ((array[position] & 0xFF) << 8) | (array[position + 1] & 0xFF);
        position += 2;
        return value;
    }

    long fourBytes(Object field) throws MalformedPacketException {
        long upper = twoBytes(field);
        return (upper << 16) | twoBytes(field);
    }

    int variable(Object field) throws MalformedPacketException {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int next = oneByte(field);
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                if (next == 0 && shift > 0) { // [MQTT-1.5.5-1]
                    throw malformed(field, "is a number in more bytes than it needs");
                }
                return value;
            }
        }
        throw malformed(field, "is a number of more than four bytes");
    }

    /// A packet identifier, which is never 0 `[MQTT-2.2.1-3]` `[MQTT-2.2.1-4]`.
    int packetId() throws MalformedPacketException {
        int id = twoBytes("packet identifier");
        if (id == 0) {
            throw protocolError("packet identifier", "is 0");
        }
        return id;
    }

    String text(Object field) throws MalformedPacketException {
        int length = lengthOf(field);
        int from = position;
        position += length;
        int offence = Text.firstOffence(array, from, position);
        if (offence >= 0) {
            throw malformed(
                    field,
                    array[offence] == 0
                            ? "holds U+0000 at byte " + (offence - from) // [MQTT-1.5.4-2]
                            : "is not UTF-8 at byte " + (offence - from)); // [MQTT-1.5.4-1]
        }
        return new String(array, from, length, StandardCharsets.UTF_8);
    }

    /// A topic name: not empty `[MQTT-4.7.3-1]`, no wildcards `[MQTT-4.7.0-1]`.
    String topicName(Object field) throws MalformedPacketException {
        String topic = text(field);
        if (topic.isEmpty()) {
            throw protocolError(field, "is empty");
        }
        return withoutWildcard(field, topic);
    }

    String withoutWildcard(Object field, String topic) throws MalformedPacketException {
        if (Text.hasWildcard(topic)) {
            throw refusal(ReasonCode.TOPIC_NAME_INVALID, field, "holds a wildcard");
        }
        return topic;
    }

    /// A topic filter: not empty `[MQTT-4.7.3-1]`; a refused one is answered in SUBACK, so no more
    /// is asked here.
    String topicFilter() throws MalformedPacketException {
        String filter = text("topic filter");
        if (filter.isEmpty()) {
            throw protocolError("topic filter", "is empty");
        }
        return filter;
    }

    Bytes binary(Object field) throws MalformedPacketException {
        return take(lengthOf(field));
    }

    /// All that is left of the packet.
    Bytes rest() {
        return take(remaining());
    }

    private Bytes take(int length) {
        int from = position;
        position += length;
        return length == 0 ? Bytes.EMPTY : Bytes.wrap(Arrays.copyOfRange(array, from, position));
    }

    /// Steps over a property section without properties, or stays where it is.
    boolean skipsNoProperties() {
        if (position < limit && array[position] == 0) {
            position++;
            return true;
        }
        return false;
    }

    /// Narrows the packet to its next `length` bytes; returns the limit to give to [#widen].
    int narrow(Object field, int length) throws MalformedPacketException {
        requireAnnounced(field, length);
        int outer = limit;
        limit = position + length;
        return outer;
    }

    void widen(int outerLimit) {
        limit = outerLimit;
    }

    /// Refuses what follows the last field.
    void end() throws MalformedPacketException {
        if (position < limit) {
            throw malformed("end", "is followed by " + (limit - position) + " bytes");
        }
    }

    private int lengthOf(Object field) throws MalformedPacketException {
        int length = twoBytes(field);
        requireAnnounced(field, length);
        return length;
    }

    private void requireAnnounced(Object field, int length) throws MalformedPacketException {
        if (length > limit - position) {
            throw malformed(
                    field,
                    "announces " + length + " bytes where " + (limit - position) + " are left");
        }
    }

    private void require(int bytes, Object field) throws MalformedPacketException {
        if (bytes > limit - position) {
            throw malformed(field, "is missing or cut short");
        }
    }

    MalformedPacketException malformed(Object field, String problem) {
        return refusal(ReasonCode.MALFORMED_PACKET, field, problem);
    }

    MalformedPacketException protocolError(Object field, String problem) {
        return refusal(ReasonCode.PROTOCOL_ERROR, field, problem);
    }

    MalformedPacketException refusal(ReasonCode reason, Object field, String problem) {
        return new MalformedPacketException(reason, packet + ": " + field + " " + problem);
    }
}
