package dev.caddis.mqtt.codec;

import dev.caddis.mqtt.packet.ProtocolVersion;

import java.util.Arrays;

/// Bytes that come close to being packets: packets one after the other with a few bytes, lengths or
/// ends changed, and noise behind a first byte and a length that are right.
final class HostileInput {

    private static final int PACKETS_MAX = 3;
    private static final int NOISE_BYTES_MAX = 120;
    private static final byte[] LIKED = {0, 1, 2, 0x7F, (byte) 0x80, (byte) 0xFF, 0x26, 0x1F};

    final Sender sender;
    final ProtocolVersion version;
    final byte[] bytes;

    HostileInput(Sender sender, ProtocolVersion version, byte[] bytes) {
        this.sender = sender;
        this.version = version;
        this.bytes = bytes;
    }

    /// Packets as they should be.
    static HostileInput packets(Choices choices) {
        ProtocolVersion version = choices.of(ProtocolVersion.V5, ProtocolVersion.V3_1_1);
        Sender sender = choices.of(Sender.SERVER, Sender.CLIENT);
        var sink = new ByteSink(256);
        var writer = new PacketWriter(version);
        for (int left = choices.oneIn(4) ? PACKETS_MAX : 1; left > 0; left--) {
            writer.write(AnyPacket.of(choices, version, sender).packet(), sink);
        }
        return new HostileInput(sender, version, Arrays.copyOf(sink.array(), sink.length()));
    }

    /// These bytes with changes, or noise in their place; now and then as the other side or the
    /// other version would read them.
    HostileInput spoilt(Choices choices) {
        byte[] spoilt = choices.oneIn(8) ? noise(choices) : changed(bytes.clone(), choices);
        return choices.oneIn(32)
                ? new HostileInput(
                        choices.of(Sender.SERVER, Sender.CLIENT),
                        choices.of(ProtocolVersion.V5, ProtocolVersion.V3_1_1),
                        spoilt)
                : new HostileInput(sender, version, spoilt);
    }

    private static byte[] changed(byte[] original, Choices choices) {
        byte[] bytes = original;
        for (int changes = choices.below(4); changes > 0 && bytes.length > 0; changes--) {
            int at = at(bytes, choices);
            switch (choices.below(6)) {
                case 0 -> bytes[at] = (byte) choices.below(0x100);
                case 1 -> bytes[at] ^= (byte) (1 << choices.below(8));
                case 2 -> bytes[at] += (byte) (choices.yes() ? 1 : -1);
                case 3 -> bytes[at] = LIKED[choices.below(LIKED.length)];
                case 4 -> bytes = Arrays.copyOf(bytes, at);
                default -> bytes = moved(bytes, at, choices);
            }
        }
        return bytes;
    }

    /// Near the beginning, where the lengths are, or anywhere.
    private static int at(byte[] bytes, Choices choices) {
        return choices.yes()
                ? choices.below(Math.min(bytes.length, 24))
                : choices.below(bytes.length);
    }

    /// With a part repeated or left out; where the first length is of one byte, it stays right.
    private static byte[] moved(byte[] bytes, int from, Choices choices) {
        int count = Math.min(choices.from(1, 12), bytes.length - from);
        boolean repeat = choices.yes();
        int rest = repeat ? from : from + count;
        byte[] moved = Arrays.copyOf(bytes, bytes.length + (repeat ? count : -count));
        int to = repeat ? from + count : from;
        System.arraycopy(bytes, rest, moved, to, bytes.length - rest);
        int length = moved.length > 1 && from > 1 ? moved[1] + (repeat ? count : -count) : -1;
        if (length >= 0 && length < 0x80) {
            moved[1] = (byte) length;
        }
        return moved;
    }

    private static byte[] noise(Choices choices) {
        byte[] bytes = new byte[choices.below(NOISE_BYTES_MAX)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) choices.below(0x100);
        }
        if (bytes.length > 1 && choices.below(4) < 3) {
            bytes[1] = (byte) (bytes.length - 2);
        }
        return bytes;
    }
}
