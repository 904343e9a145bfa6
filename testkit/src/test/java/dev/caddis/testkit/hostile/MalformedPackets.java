package dev.caddis.testkit.hostile;

import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.MALFORMED_PACKET;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_TOO_LARGE;
import static dev.caddis.mqtt.packet.ReasonCode.PROTOCOL_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_NAME_INVALID;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Every way to spoil the frame, the head and the tail of a packet; [MalformedProperties] spoils
/// what is between them.
final class MalformedPackets {

    /// A client that is tried with these accepts packets of so many bytes.
    static final int MAXIMUM_PACKET_SIZE = 1000;

    private final List<Malformed> all = new ArrayList<>();
    private final Shape shape;

    private MalformedPackets(Shape shape) {
        this.shape = shape;
    }

    static List<Malformed> of(Shape shape) {
        var packets = new MalformedPackets(shape);
        packets.cutByTheEndOfTheStream();
        packets.flags();
        packets.lengths();
        packets.identifier();
        packets.reasons();
        packets.connackFlags();
        packets.topic();
        if (!shape.properties().isEmpty()) {
            MalformedProperties.of(shape, packets::add);
        }
        return packets.all;
    }

    /// What a broker never sends at all.
    static List<Malformed> fromTheWrongSide() {
        List<Malformed> all = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            all.add(wrong("CONNECT", version, "10 0D 00044D515454 04 02 003C 0001 63"));
            all.add(wrong("CONNECT", version, "10 0E 00044D515454 05 02 003C 00 0001 63"));
            all.add(wrong("SUBSCRIBE", version, "82 06 0001 0001 61 00"));
            all.add(wrong("UNSUBSCRIBE", version, "A2 05 0001 0001 61"));
            all.add(wrong("PINGREQ", version, "C0 00"));
            for (int flags = 0; flags < 16; flags++) {
                String first = Hex.one(flags) + "00";
                all.add(new Malformed("packet type 0", version, first, MALFORMED_PACKET, false));
            }
        }
        all.add(wrong("DISCONNECT", V3_1_1, "E0 00"));
        all.add(new Malformed("AUTH", V3_1_1, "F000", MALFORMED_PACKET, false));
        return all;
    }

    private static Malformed wrong(String type, ProtocolVersion version, String hex) {
        String what = type + " from a server";
        return new Malformed(what, version, hex.replace(" ", ""), PROTOCOL_ERROR, false);
    }

    private void add(String what, String hex, @Nullable ReasonCode reason) {
        all.add(new Malformed(shape.name() + ", " + what, shape.version(), hex, reason, false));
    }

    private void addOneOfMany(String what, String hex, ReasonCode reason) {
        all.add(new Malformed(shape.name() + ", " + what, shape.version(), hex, reason, true));
    }

    private void cutByTheEndOfTheStream() {
        String plain = shape.plain();
        for (int bytes = 1; bytes < Hex.count(plain); bytes++) {
            add("cut after " + bytes + " bytes by the end", Hex.first(bytes, plain), null);
        }
    }

    private void flags() {
        for (int flags = 0; flags < 16; flags++) {
            int first = (shape.firstByte() & 0xF0) | flags;
            String hex = Hex.one(first) + Hex.from(1, shape.plain());
            if (!shape.isPublish() && first != shape.firstByte()) {
                add("flags [MQTT-2.1.3-1]", hex, MALFORMED_PACKET);
            } else if (shape.isPublish() && (flags & 6) == 6) {
                add("QoS 3 [MQTT-3.3.1-4]", hex, MALFORMED_PACKET);
            } else if (shape.firstByte() == 0x30 && (flags & 0xE) == 8) {
                add("DUP at QoS 0 [MQTT-3.3.1-2]", hex, PROTOCOL_ERROR);
            }
        }
    }

    private void lengths() {
        String first = Hex.one(shape.firstByte());
        String body = shape.plainBody();
        int length = Hex.count(body);
        for (int bytes = 2; bytes <= 4; bytes++) {
            add(
                    "length in " + bytes + " bytes [MQTT-1.5.5-1]",
                    first + Hex.padded(length, bytes) + body,
                    MALFORMED_PACKET);
        }
        add("length in five bytes 1.5.5", first + "8080808001" + body, MALFORMED_PACKET);
        add("length in five bytes 1.5.5", first + "FFFFFFFFFF" + body, MALFORMED_PACKET);
        add("too large [MQTT-3.1.2-24]", first + Hex.length(MAXIMUM_PACKET_SIZE - 2), tooLarge());
        add("too large [MQTT-3.1.2-24]", first + "FFFFFF7F", tooLarge());
        for (int bytes = 0; bytes < length; bytes++) {
            String shorter = first + Hex.length(bytes) + body;
            if (!isWholeAfter(bytes)) {
                add("length of " + bytes + ", it has " + length, shorter, cut(bytes, length));
            }
        }
        for (int more = 1; more <= 3 && !shape.isPublish(); more++) {
            String longer = first + Hex.length(length + more) + body + "FF".repeat(more);
            ReasonCode reason =
                    shape.isAcknowledgementOfFilters() ? PROTOCOL_ERROR : MALFORMED_PACKET;
            add("length " + more + " too long", longer, reason);
        }
    }

    private static ReasonCode tooLarge() {
        return PACKET_TOO_LARGE;
    }

    private boolean isWholeAfter(int bytes) {
        if (shape.isPublish()) {
            return bytes >= Hex.count(shape.plainBody()) - Hex.count(shape.tail());
        }
        return shape.ends().contains(bytes);
    }

    /// A list of reason codes that is empty is no field that is missing.
    private ReasonCode cut(int bytes, int length) {
        boolean empty = shape.isAcknowledgementOfFilters() && bytes == length - 1;
        return empty ? PROTOCOL_ERROR : MALFORMED_PACKET;
    }

    private void identifier() {
        if (shape.idAt() >= 0) {
            int at = 2 + shape.idAt();
            String hex = Hex.first(at, shape.plain()) + "0000" + Hex.from(at + 2, shape.plain());
            add("packet identifier 0 [MQTT-2.2.1-4]", hex, PROTOCOL_ERROR);
        }
    }

    private void reasons() {
        if (shape.listed().isEmpty()) {
            return;
        }
        String plain = shape.plain();
        int at =
                shape.tail().isEmpty()
                        ? 1 + Hex.count(shape.head())
                        : Hex.count(plain) - 1; // the last of the head, or the tail
        List<String> listed = List.of(shape.listed().split(" ", -1));
        for (int value = 0; value < 256; value++) {
            if (!listed.contains(Hex.one(value))) {
                String hex = Hex.put(plain, at, value);
                addOneOfMany(
                        "reason code %02X is not listed".formatted(value), hex, PROTOCOL_ERROR);
            }
        }
    }

    private void connackFlags() {
        if (shape.firstByte() != 0x20) {
            return;
        }
        for (int flags = 2; flags < 256; flags++) {
            String hex = Hex.put(shape.plain(), 2, flags);
            addOneOfMany("flags %02X [MQTT-3.2.2-1]".formatted(flags), hex, MALFORMED_PACKET);
        }
        String refused = Hex.put(shape.plain(), 3, shape.version() == V5 ? 0x87 : 5);
        add("present though refused [MQTT-3.2.2-6]", Hex.put(refused, 2, 1), PROTOCOL_ERROR);
    }

    private void topic() {
        if (!shape.isPublish()) {
            return;
        }
        String rest = Hex.from(5, shape.plainBody());
        add("topic longer than it is", shape.packet("FFFF612F62" + rest), MALFORMED_PACKET);
        if (shape.version() == V5) { // in 3.1.1 what follows is a payload of any bytes
            add("topic 1 too long", shape.packet("0004612F62" + rest), MALFORMED_PACKET);
            add("topic 1 too short", shape.packet("0002612F62" + rest), MALFORMED_PACKET);
        }
        for (String bytes : PropertySample.ILL_FORMED) {
            String topic = Hex.two(Hex.count(bytes)) + bytes;
            add("topic " + bytes + " [MQTT-1.5.4-1]", shape.packet(topic + rest), MALFORMED_PACKET);
        }
        for (String wildcard : List.of("23", "2B", "612F23", "2B2F61", "6123")) {
            String topic = Hex.two(Hex.count(wildcard)) + wildcard;
            add("wildcard [MQTT-3.3.2-2]", shape.packet(topic + rest), TOPIC_NAME_INVALID);
        }
        add("empty topic [MQTT-4.7.3-1]", shape.packet("0000" + rest), PROTOCOL_ERROR);
    }
}
