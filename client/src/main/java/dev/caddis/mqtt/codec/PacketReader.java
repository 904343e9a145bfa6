package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/// Turns the bytes of one connection into packets, however the bytes were cut on their way.
///
/// Whole packets are decoded where they lie; only an unfinished one is kept, in an array that grows
/// with the bytes that arrive and not with the length they announce. The first refusal is final:
/// every later feed throws it again. Not thread-safe: the thread that reads the connection calls
/// it.
public final class PacketReader {

    private static final byte[] NOTHING = {};
    private static final int UNKNOWN = -1;
    private static final int FIRST_CAPACITY = 512;

    /// A pending array up to this size is kept for the next unfinished packet.
    private static final int KEPT_CAPACITY = 64 * 1024;

    private final Sender sender;
    private final int maximumPacketSize;
    private final ByteSource source = new ByteSource();
    private ProtocolVersion version;
    private byte[] pending = NOTHING;
    private int pendingLength;
    private @Nullable MalformedPacketException failure;

    /// @param sender who sent the bytes: a packet that this side never sends is a protocol error
    /// @param maximumPacketSize bytes of a whole packet, fixed header included; a longer one is
    ///   refused on seeing its length, before any allocation
    public PacketReader(Sender sender, ProtocolVersion version, int maximumPacketSize) {
        if (maximumPacketSize < 2) {
            throw new IllegalArgumentException(
                    "the shortest packet has 2 bytes; a maximum of "
                            + maximumPacketSize
                            + " allows none");
        }
        this.sender = sender;
        this.version = version;
        this.maximumPacketSize = maximumPacketSize;
    }

    /// The version packets are read in. Where clients send, their CONNECT sets it.
    public ProtocolVersion version() {
        return version;
    }

    /// Bytes kept of an unfinished packet.
    public int pendingBytes() {
        return pendingLength;
    }

    /// Takes bytes as they arrived and hands every packet they complete to `packets`, in order. The
    /// array belongs to the caller again on return.
    ///
    /// An exception of `packets` passes through and loses the rest of `bytes`: the connection
    /// cannot go on.
    ///
    /// @throws MalformedPacketException when the bytes are refused; packets before them were handed
    ///   over
    public void feed(byte[] bytes, int offset, int length, Consumer<? super Packet> packets)
            throws MalformedPacketException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (failure != null) {
            throw failure;
        }
        try {
            int end = offset + length;
            int position = pendingLength > 0 ? finish(bytes, offset, end, packets) : offset;
            while (position < end) {
                int size = sizeOfPacket(bytes, position, end);
                if (size == UNKNOWN || size > end - position) {
                    keep(bytes, position, end - position, size);
                    return;
                }
                int next = position + size;
                packets.accept(decode(bytes, position, next));
                position = next;
            }
        } catch (MalformedPacketException refused) {
            failure = refused;
            pending = NOTHING;
            pendingLength = 0;
            throw refused;
        } finally {
            source.close();
        }
    }

    /// Adds to the pending packet what belongs to it; returns where the rest begins.
    private int finish(byte[] bytes, int offset, int end, Consumer<? super Packet> packets)
            throws MalformedPacketException {
        int position = offset;
        int size = sizeOfPacket(pending, 0, pendingLength);
        while (size == UNKNOWN && position < end) {
            keep(bytes, position++, 1, UNKNOWN);
            size = sizeOfPacket(pending, 0, pendingLength);
        }
        if (size == UNKNOWN) {
            return position;
        }
        int taken = Math.min(size - pendingLength, end - position);
        keep(bytes, position, taken, size);
        if (pendingLength == size) {
            Packet packet = decode(pending, 0, size);
            pendingLength = 0;
            if (pending.length > KEPT_CAPACITY) {
                pending = NOTHING;
            }
            packets.accept(packet);
        }
        return position + taken;
    }

    /// Appends to the pending packet, whose size is `size` where that is known. The array doubles,
    /// so that a large packet in small pieces costs no more than twice its bytes.
    private void keep(byte[] bytes, int offset, int length, int size) {
        int needed = pendingLength + length;
        if (needed > pending.length) {
            long grown = Math.max(Math.max(needed, 2L * pending.length), FIRST_CAPACITY);
            int limit = size == UNKNOWN ? FIRST_CAPACITY : Math.max(size, FIRST_CAPACITY);
            pending = Arrays.copyOf(pending, (int) Math.min(grown, limit));
        }
        System.arraycopy(bytes, offset, pending, pendingLength, length);
        pendingLength = needed;
    }

    /// Bytes of the whole packet that begins at `from`, or [#UNKNOWN] before its length has
    /// arrived. Refuses what the fixed header alone shows to be wrong (2.1).
    private int sizeOfPacket(byte[] bytes, int from, int end) throws MalformedPacketException {
        PacketType type = typeOf(bytes[from] & 0xFF);
        int remaining = 0;
        for (int i = from + 1, shift = 0; i < end; i++, shift += 7) {
            int next = bytes[i];
            remaining |= (next & 0x7F) << shift;
            if (next >= 0) {
                if (next == 0 && shift > 0) { // [MQTT-1.5.5-1]
                    throw refusal(
                            ReasonCode.MALFORMED_PACKET,
                            type,
                            "its length has more bytes than it needs");
                }
                long size = (long) i + 1 - from + remaining;
                if (size > maximumPacketSize) { // [MQTT-3.1.2-24]
                    throw refusal(
                            ReasonCode.PACKET_TOO_LARGE,
                            type,
                            "it has "
                                    + size
                                    + " bytes; at most "
                                    + maximumPacketSize
                                    + " are accepted");
                }
                return (int) size;
            }
            if (shift == 21) { // 1.5.5
                throw refusal(
                        ReasonCode.MALFORMED_PACKET, type, "its length has more than four bytes");
            }
        }
        return UNKNOWN;
    }

    private PacketType typeOf(int firstByte) throws MalformedPacketException {
        PacketType type = PacketType.of(firstByte);
        if (type == null || (type == PacketType.AUTH && version == ProtocolVersion.V3_1_1)) {
            throw new MalformedPacketException(
                    ReasonCode.MALFORMED_PACKET,
                    "packet type " + (firstByte >>> 4) + " is reserved in MQTT " + version);
        }
        if (type != PacketType.PUBLISH && firstByte != type.firstByte()) { // [MQTT-2.1.3-1]
            throw refusal(ReasonCode.MALFORMED_PACKET, type, "its reserved flags are wrong");
        }
        boolean oneSided = type == PacketType.DISCONNECT && version == ProtocolVersion.V3_1_1;
        if (!type.mayComeFrom(sender) || (oneSided && sender == Sender.SERVER)) {
            throw refusal(
                    ReasonCode.PROTOCOL_ERROR,
                    type,
                    "it never comes from a " + (sender == Sender.CLIENT ? "client" : "server"));
        }
        return type;
    }

    private Packet decode(byte[] bytes, int from, int end) throws MalformedPacketException {
        int firstByte = bytes[from] & 0xFF;
        int body = from + 1;
        while (bytes[body++] < 0) {} // steps over the length, which was checked
        source.open(typeOf(firstByte), bytes, body, end);
        Packet packet = readBody(firstByte);
        source.end();
        if (packet instanceof Connect connect) {
            version = connect.version();
        }
        return packet;
    }

    private Packet readBody(int firstByte) throws MalformedPacketException {
        return switch (source.packet()) {
            case CONNECT -> ConnectCodec.read(source);
            case CONNACK -> ConnackCodec.read(source, version);
            case PUBLISH -> PublishCodec.read(firstByte, source, version, sender);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> AcknowledgementCodec.read(source, version);
            case SUBSCRIBE -> SubscribeCodec.read(source, version);
            case SUBACK -> SubackCodec.read(source, version);
            case UNSUBSCRIBE -> UnsubscribeCodec.read(source, version);
            case UNSUBACK -> UnsubackCodec.read(source, version);
            case PINGREQ -> new Pingreq(); // nothing but the fixed header (3.12)
            case PINGRESP -> new Pingresp(); // (3.13)
            case DISCONNECT -> DisconnectCodec.read(source, version, sender);
            case AUTH -> AuthCodec.read(source, sender);
        };
    }

    private static MalformedPacketException refusal(
            ReasonCode reason, PacketType type, String problem) {
        return new MalformedPacketException(reason, type + ": " + problem);
    }
}
