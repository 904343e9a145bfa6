package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Wire.written;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Whatever arrives, the reader gives packets or refuses, and keeps no more than it may. The seeds
/// are fixed: a failure repeats.
class HostileBytesTest {

    private static final int MAXIMUM_PACKET_SIZE = 4096;
    private static final ProtocolVersion[] VERSIONS = ProtocolVersion.values();
    private static final Sender[] SENDERS = Sender.values();

    private int accepted;
    private int refused;

    @Test
    void random_bytes_are_refused_and_nothing_else_happens() {
        var random = new Random(0x0ddba11);
        for (int round = 0; round < 25_000; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            if (bytes.length > 1 && round % 2 == 0) {
                bytes[1] = (byte) (bytes.length - 2); // a length that is right reaches the fields
            }
            feed(random, bytes);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void packets_with_a_few_bytes_changed_are_read_or_refused() {
        var random = new Random(0xbadcafe);
        List<byte[]> originals = new ArrayList<>();
        for (Sample sample : Sample.ALL) {
            byte[] bytes = written(sample.version(), sample.packet());
            originals.add(Arrays.copyOf(bytes, Math.min(bytes.length, 400)));
        }
        for (int round = 0; round < 40_000; round++) {
            byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int at = random.nextInt(bytes.length);
                bytes[at] =
                        switch (random.nextInt(4)) {
                            case 0 -> (byte) random.nextInt(256);
                            case 1 -> (byte) (bytes[at] ^ (1 << random.nextInt(8)));
                            case 2 -> (byte) (bytes[at] + 1);
                            default -> (byte) (random.nextBoolean() ? 0 : 0xFF);
                        };
            }
            feed(random, bytes);
        }
        assertThat(accepted).isPositive();
        assertThat(refused).isPositive();
    }

    /// What was read can be written again and reads the same: the two directions agree on what is
    /// allowed.
    private void feed(Random random, byte[] bytes) {
        Sender sender = SENDERS[random.nextInt(2)];
        var reader = new PacketReader(sender, VERSIONS[random.nextInt(2)], MAXIMUM_PACKET_SIZE);
        List<Packet> packets = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; ) {
                int piece = Math.min(1 + random.nextInt(bytes.length), bytes.length - at);
                reader.feed(bytes, at, piece, packets::add);
                at += piece;
                assertThat(reader.pendingBytes()).isLessThan(MAXIMUM_PACKET_SIZE);
            }
        } catch (MalformedPacketException refusal) {
            refused++;
            assertThat(refusal.reason().isError()).isTrue();
            assertThat(refusal.getMessage()).isNotEmpty();
            assertThat(reader.pendingBytes()).isZero();
            return;
        }
        if (packets.size() == 1) {
            accepted++;
            Packet packet = packets.getFirst();
            try {
                assertThat(Wire.read(sender, reader.version(), written(reader.version(), packet)))
                        .containsExactly(packet);
            } catch (MalformedPacketException refusal) {
                throw new AssertionError(
                        "the reader refuses what the writer wrote: " + packet, refusal);
            }
        }
    }
}
