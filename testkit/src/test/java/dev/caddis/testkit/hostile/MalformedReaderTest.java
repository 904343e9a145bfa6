package dev.caddis.testkit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// The codec against every malformed packet: its own refusal with the right reason, and nothing
/// else.
class MalformedReaderTest {

    static final List<Shape> shapes = Shape.ALL;

    @ParameterizedTest
    @FieldSource("shapes")
    void the_plain_packet_is_a_packet(Shape shape) throws Exception {
        List<Packet> packets = new ArrayList<>();
        feed(reader(shape.version()), shape.plain(), 1, packets);
        assertThat(packets).hasSize(1);
    }

    @ParameterizedTest
    @FieldSource("shapes")
    void a_spoilt_packet_is_refused_with_its_reason_however_it_arrives(Shape shape) {
        List<Malformed> all = MalformedPackets.of(shape);
        assertThat(all).hasSizeGreaterThan(10);
        all.forEach(MalformedReaderTest::assertRefused);
    }

    @Test
    void a_packet_that_only_clients_send_is_refused() {
        MalformedPackets.fromTheWrongSide().forEach(MalformedReaderTest::assertRefused);
    }

    private static void assertRefused(Malformed malformed) {
        for (int piece : new int[] {Integer.MAX_VALUE, 1, 3}) {
            List<Packet> packets = new ArrayList<>();
            PacketReader reader = reader(malformed.version());
            @Nullable ReasonCode reason = null;
            try {
                feed(reader, malformed.hex(), piece, packets);
                assertThat(reader.pendingBytes()).isEqualTo(Hex.count(malformed.hex()));
            } catch (MalformedPacketException refused) {
                reason = refused.reason();
            }
            assertThat(reason).as(malformed.toString()).isEqualTo(malformed.reason());
            assertThat(packets).as(malformed.toString()).isEmpty();
        }
    }

    private static PacketReader reader(ProtocolVersion version) {
        return new PacketReader(Sender.SERVER, version, MalformedPackets.MAXIMUM_PACKET_SIZE);
    }

    private static void feed(PacketReader reader, String hex, int piece, List<Packet> packets)
            throws MalformedPacketException {
        byte[] bytes = HexFormat.of().parseHex(hex);
        for (int at = 0; at < bytes.length; at += Math.min(piece, bytes.length)) {
            reader.feed(bytes, at, Math.min(piece, bytes.length - at), packets::add);
        }
    }
}
