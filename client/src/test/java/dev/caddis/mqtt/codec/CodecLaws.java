package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/// What holds for any bytes whatever, checked without a word where it does: an [AssertionError]
/// names the law and the bytes that break it.
///
/// Plain comparisons, not those of a test library: a run checks a hundred million inputs. One
/// thread uses one.
final class CodecLaws {

    static final int MAXIMUM_PACKET_SIZE = 1 << 20;

    /// Reading takes no more memory than this, and so much for each byte that arrived, whatever
    /// lengths the bytes announce. The most expensive byte is one of five in an empty user
    /// property.
    private static final long ALLOWANCE_BYTES = 16 << 10;

    private static final long ALLOWANCE_FOR_EACH_BYTE = 64;

    private static final int PIECE_BYTES_MAX = 64;

    /// [MalformedPacketException#reason()]
    private static final Set<ReasonCode> REASONS =
            EnumSet.of(
                    ReasonCode.MALFORMED_PACKET,
                    ReasonCode.PROTOCOL_ERROR,
                    ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    ReasonCode.TOPIC_NAME_INVALID,
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    ReasonCode.PACKET_TOO_LARGE);

    private final List<Packet> whole = new ArrayList<>();
    private final List<ProtocolVersion> versions = new ArrayList<>();
    private final List<Packet> pieces = new ArrayList<>();
    private final ByteSink sink = new ByteSink(256);
    private final PacketWriter[] writers = {
        new PacketWriter(ProtocolVersion.V3_1_1), new PacketWriter(ProtocolVersion.V5)
    };

    /// The first refusal of the bytes that were checked last.
    private @Nullable MalformedPacketException refusal;

    /// Packets that the reader gave since this object was made.
    long accepted;

    /// Inputs that the reader refused.
    long refused;

    /// Reads `bytes` at once and cut as `cuts` decides, writes what was read, and reads it again.
    ///
    /// @throws AssertionError when a law is broken
    void hold(Sender sender, ProtocolVersion version, byte[] bytes, Choices cuts) {
        try {
            withinAllowance(bytes.length, () -> readWhole(sender, version, bytes));
            withinAllowance(bytes.length, () -> readInPieces(sender, version, bytes, cuts));
            if (!pieces.equals(whole)) {
                throw new LawBrokenException("cut bytes give other packets: " + pieces);
            }
            for (int i = 0; i < whole.size(); i++) {
                writeAndRead(sender, versions.get(i), whole.get(i));
            }
        } catch (MalformedPacketException | RuntimeException | StackOverflowError escaped) {
            throw broken("something else than a refusal escapes", sender, version, bytes, escaped);
        } catch (LawBrokenException law) {
            throw broken(String.valueOf(law.getMessage()), sender, version, bytes, null);
        }
        accepted += whole.size();
        refused += refusal == null ? 0 : 1;
    }

    /// Writes the packet of `sample` and reads it as the other side does.
    ///
    /// @throws AssertionError when it comes back as another one, or not at all
    void survives(Sample sample) {
        try {
            writeAndRead(sample.sender(), sample.version(), sample.packet());
        } catch (LawBrokenException | MalformedPacketException law) {
            throw new AssertionError(sample + ": " + law.getMessage(), law);
        }
    }

    private void readWhole(Sender sender, ProtocolVersion version, byte[] bytes)
            throws LawBrokenException {
        whole.clear();
        versions.clear();
        refusal = null;
        var reader = new PacketReader(sender, version, MAXIMUM_PACKET_SIZE);
        try {
            reader.feed(
                    bytes,
                    0,
                    bytes.length,
                    packet -> {
                        whole.add(packet);
                        versions.add(reader.version());
                    });
        } catch (MalformedPacketException refused) {
            refusal = refused;
        }
        requireOrder(reader);
    }

    private void readInPieces(Sender sender, ProtocolVersion version, byte[] bytes, Choices cuts)
            throws LawBrokenException {
        pieces.clear();
        MalformedPacketException second = null;
        var reader = new PacketReader(sender, version, MAXIMUM_PACKET_SIZE);
        try {
            for (int at = 0, piece; at < bytes.length; at += piece) {
                piece = Math.min(cuts.from(1, PIECE_BYTES_MAX), bytes.length - at);
                reader.feed(bytes, at, piece, pieces::add);
                if (reader.pendingBytes() >= MAXIMUM_PACKET_SIZE) {
                    throw new LawBrokenException("an unfinished packet is above the maximum");
                }
            }
        } catch (MalformedPacketException refused) {
            second = refused;
        }
        if (!isSame(refusal, second)) {
            throw new LawBrokenException("cut bytes are refused otherwise: " + second);
        }
    }

    private static boolean isSame(
            @Nullable MalformedPacketException one, @Nullable MalformedPacketException other) {
        if (one == null || other == null) {
            return one == other;
        }
        return one.reason() == other.reason() && one.toString().equals(other.toString());
    }

    private void requireOrder(PacketReader reader) throws LawBrokenException {
        MalformedPacketException first = refusal;
        if (first == null) {
            return;
        }
        if (!REASONS.contains(first.reason())) {
            throw new LawBrokenException("an undocumented reason: " + first.reason());
        }
        if (reader.pendingBytes() != 0) {
            throw new LawBrokenException("a refused connection keeps bytes");
        }
        try {
            reader.feed(new byte[1], 0, 0, packet -> {});
            throw new LawBrokenException("a refusal is not final");
        } catch (MalformedPacketException again) {
            if (again != first) {
                throw new LawBrokenException("a second refusal is another one: " + again);
            }
        }
    }

    /// Once more where it takes too much: the first time classes are loaded.
    private static void withinAllowance(int arrived, Reading reading) throws LawBrokenException {
        long allowance = ALLOWANCE_BYTES + ALLOWANCE_FOR_EACH_BYTE * arrived;
        long allocated = Long.MAX_VALUE;
        for (int tries = 3; tries > 0 && allocated > allowance; tries--) {
            long before = AllocatedBytes.ofThisThread();
            reading.run();
            allocated = AllocatedBytes.ofThisThread() - before;
        }
        if (allocated > allowance) {
            throw new LawBrokenException(
                    "reading " + arrived + " bytes takes " + allocated + " bytes of memory");
        }
    }

    /// The two directions agree on what is allowed, and on how long it is.
    private void writeAndRead(Sender sender, ProtocolVersion version, Packet packet)
            throws LawBrokenException, MalformedPacketException {
        PacketWriter writer = writers[version.ordinal()];
        sink.clear();
        writer.write(packet, sink);
        if (writer.sizeOf(packet) != sink.length()) {
            throw new LawBrokenException("the size is measured wrong: " + packet);
        }
        pieces.clear();
        new PacketReader(sender, version, Wire.LARGEST)
                .feed(sink.array(), 0, sink.length(), pieces::add);
        if (pieces.size() != 1 || !pieces.getFirst().equals(packet)) {
            throw new LawBrokenException("written and read again it differs: " + pieces);
        }
    }

    private static AssertionError broken(
            String law,
            Sender sender,
            ProtocolVersion version,
            byte[] bytes,
            @Nullable Throwable cause) {
        return new AssertionError(
                law
                        + "; bytes from a "
                        + sender
                        + " in MQTT "
                        + version
                        + ": "
                        + HexFormat.of()
                                .formatHex(Arrays.copyOf(bytes, Math.min(bytes.length, 4096))),
                cause);
    }

    private interface Reading {
        void run() throws LawBrokenException;
    }

    private static final class LawBrokenException extends Exception {
        private static final long serialVersionUID = 1;

        LawBrokenException(String message) {
            super(message);
        }
    }
}
