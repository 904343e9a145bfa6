package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.LARGEST;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.hex;
import static dev.caddis.mqtt.codec.Wire.read;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

class PacketReaderTest {

    static final List<Sample> samples = Sample.ALL;

    private final List<Packet> packets = new ArrayList<>();

    @ParameterizedTest
    @FieldSource("samples")
    void every_packet_comes_back_as_it_went(Sample sample) throws Exception {
        byte[] bytes = written(sample.version(), sample.packet());
        assertThat(read(sample.sender(), sample.version(), bytes)).containsExactly(sample.packet());
    }

    @ParameterizedTest
    @FieldSource("samples")
    void arriving_byte_by_byte_makes_no_difference(Sample sample) throws Exception {
        byte[] bytes = written(sample.version(), sample.packet());
        var reader = new PacketReader(sample.sender(), sample.version(), LARGEST);
        for (int i = 0; i < bytes.length; i++) {
            assertThat(packets).isEmpty();
            assertThat(reader.pendingBytes()).isEqualTo(i);
            reader.feed(bytes, i, 1, packets::add);
        }
        assertThat(packets).containsExactly(sample.packet());
        assertThat(reader.pendingBytes()).isZero();
    }

    @ParameterizedTest
    @FieldSource("samples")
    void a_packet_cut_anywhere_is_awaited(Sample sample) throws Exception {
        byte[] bytes = written(sample.version(), sample.packet());
        for (int cut = 0; cut < bytes.length; cut += bytes.length > 1000 ? 997 : 1) {
            var reader = new PacketReader(sample.sender(), sample.version(), LARGEST);
            reader.feed(bytes, 0, cut, packets::add);
            assertThat(packets).isEmpty();
            reader.feed(bytes, cut, bytes.length - cut, packets::add);
            assertThat(packets).containsExactly(sample.packet());
            packets.clear();
        }
    }

    /// The fixed header promises fewer bytes than the packet has: the cut is inside a field, a
    /// list, or the payload.
    @ParameterizedTest
    @FieldSource("samples")
    void a_body_cut_anywhere_is_refused_or_means_something_else(Sample sample) {
        byte[] bytes = written(sample.version(), sample.packet());
        int header = bytes[1] < 0 ? (bytes[2] < 0 ? 4 : 3) : 2;
        int length = bytes.length - header;
        for (int kept = 0; kept < length; kept += length > 1000 ? 997 : 1) {
            var sink = new ByteSink(kept + 5);
            sink.oneByte(bytes[0]);
            sink.variable(kept);
            byte[] cut = Arrays.copyOf(sink.array(), sink.length() + kept);
            System.arraycopy(bytes, header, cut, sink.length(), kept);
            try {
                assertThat(read(sample.sender(), sample.version(), cut))
                        .doesNotContain(sample.packet());
            } catch (MalformedPacketException refusal) {
                assertThat(refusal.reason())
                        .isIn(ReasonCode.MALFORMED_PACKET, ReasonCode.PROTOCOL_ERROR);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Sender.class)
    void many_packets_in_one_read_come_out_in_order_however_cut(Sender sender) throws Exception {
        List<Sample> all =
                samples.stream()
                        .filter(sample -> sample.sender() == sender && sample.version() == V5)
                        .toList();
        var bytes = new ByteArrayOutputStream();
        all.forEach(sample -> bytes.writeBytes(written(V5, sample.packet())));
        Packet[] expected = all.stream().map(Sample::packet).toArray(Packet[]::new);
        assertThat(read(sender, V5, bytes.toByteArray())).containsExactly(expected);
        for (int piece : new int[] {2, 3, 7, 100, 4096}) {
            packets.clear();
            feedInPieces(new PacketReader(sender, V5, LARGEST), bytes.toByteArray(), piece);
            assertThat(packets).containsExactly(expected);
        }
    }

    @Test
    void a_connect_sets_the_version_of_what_follows() throws Exception {
        var reader = new PacketReader(CLIENT, V5, LARGEST);
        byte[] bytes =
                hex("10 0E 0004'MQTT' 04 02 003C 0002'c1'  30 04 0001'a' 'x'  32 05 0001'a' 0007");
        reader.feed(bytes, 0, bytes.length, packets::add);
        assertThat(reader.version()).isEqualTo(V3_1_1);
        assertThat(packets)
                .containsExactly(
                        Sample.connect(V3_1_1, "c1"),
                        Sample.publish("a", "x", Qos.AT_MOST_ONCE, 0),
                        Sample.publish("a", "", Qos.AT_LEAST_ONCE, 7));
    }

    @Test
    void pings_have_two_bytes() throws Exception {
        for (ProtocolVersion version : ProtocolVersion.values()) {
            assertBothWays(CLIENT, version, new Pingreq(), "C0 00");
            assertBothWays(SERVER, version, new Pingresp(), "D0 00");
            assertRefused(
                    CLIENT, version, "C0 01 00", ReasonCode.MALFORMED_PACKET, "followed by 1");
            assertRefused(
                    SERVER, version, "D0 01 00", ReasonCode.MALFORMED_PACKET, "followed by 1");
            assertRefused(SERVER, version, "C0", ReasonCode.PROTOCOL_ERROR, "from a server");
            assertRefused(CLIENT, version, "D0", ReasonCode.PROTOCOL_ERROR, "from a client");
            assertRefused(CLIENT, version, "C1", ReasonCode.MALFORMED_PACKET, "reserved flags");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "0F 00", "00 FFFFFFFFFF"})
    void packet_type_0_is_refused_at_its_first_byte(String bytes) {
        assertRefused(SERVER, V5, bytes, ReasonCode.MALFORMED_PACKET, "type 0 is reserved");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 8000", "30 808000", "30 80808000", "40 8200 0001"})
    void a_length_with_more_bytes_than_needed_is_refused(String bytes) { // [MQTT-1.5.5-1]
        assertRefused(SERVER, V5, bytes, ReasonCode.MALFORMED_PACKET, "more bytes than it needs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"30 80808080", "30 FFFFFFFF7F", "30 8080808001"})
    void a_length_of_five_bytes_is_refused_at_its_fourth(String bytes) {
        assertRefused(SERVER, V5, bytes, ReasonCode.MALFORMED_PACKET, "more than four bytes");
    }

    @Test
    void a_packet_over_the_maximum_is_refused_on_seeing_its_length() throws Exception {
        var fits = new PacketReader(SERVER, V5, 130);
        fits.feed(hex("30 7F"), 0, 2, packets::add);
        fits.feed(new byte[0], 0, 0, packets::add);
        var exact = new PacketReader(SERVER, V5, 131);
        exact.feed(hex("30 8001"), 0, 3, packets::add);
        var tooLarge = new PacketReader(SERVER, V5, 130);
        assertThatThrownBy(() -> tooLarge.feed(hex("30 8001"), 0, 3, packets::add))
                .isInstanceOfSatisfying(
                        MalformedPacketException.class,
                        e -> assertThat(e.reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE))
                .hasMessage("PUBLISH: it has 131 bytes; at most 130 are accepted");
        assertThat(tooLarge.pendingBytes()).isZero();
        assertThat(packets).isEmpty();
    }

    @Test
    void packets_before_a_malformed_one_are_handed_over_and_the_refusal_is_final() {
        var reader = new PacketReader(SERVER, V5, LARGEST);
        byte[] bytes = hex("40 02 0001  40 02 0000  40 02 0002");
        assertThatThrownBy(() -> reader.feed(bytes, 0, bytes.length, packets::add))
                .isInstanceOf(MalformedPacketException.class);
        assertThat(packets).containsExactly(new Puback(1, ReasonCode.SUCCESS));
        assertThatThrownBy(() -> reader.feed(hex("D0 00"), 0, 2, packets::add))
                .isInstanceOf(MalformedPacketException.class);
        assertThat(packets).hasSize(1);
    }

    @Test
    void only_the_given_part_of_the_array_is_read() throws Exception {
        byte[] bytes = hex("FFFF D0 00 FFFF");
        new PacketReader(SERVER, V5, LARGEST).feed(bytes, 2, 2, packets::add);
        assertThat(packets).containsExactly(new Pingresp());
    }

    @Test
    void the_array_may_be_overwritten_after_the_call() throws Exception {
        var reader = new PacketReader(SERVER, V5, LARGEST);
        byte[] bytes = hex("30 05 0001'a' 00 'x' 30 05 0001");
        reader.feed(bytes, 0, bytes.length, packets::add);
        Arrays.fill(bytes, (byte) 0xFF);
        reader.feed(hex("'b' 00 'y'"), 0, 3, packets::add);
        assertThat(packets)
                .containsExactly(
                        Sample.publish("a", "x", Qos.AT_MOST_ONCE, 0),
                        Sample.publish("b", "y", Qos.AT_MOST_ONCE, 0));
    }

    @Test
    @Timeout(60) // a reader that copies all it has at every piece needs many minutes
    void a_large_packet_in_small_pieces_costs_time_in_proportion() throws Exception {
        var publish = Sample.publish("a", "x".repeat(32 << 20), Qos.AT_MOST_ONCE, 0);
        feedInPieces(new PacketReader(SERVER, V5, LARGEST), written(V5, publish), 512);
        assertThat(packets).hasSize(1);
        assertThat(((Publish) packets.getFirst()).payload()).isEqualTo(publish.payload());
    }

    @Test
    void unfinished_giants_cost_what_arrived_of_them() throws Exception {
        List<PacketReader> readers = new ArrayList<>(); // 200 x 256 MB would not fit anywhere
        for (int i = 0; i < 200; i++) {
            var reader = new PacketReader(SERVER, V5, LARGEST);
            reader.feed(hex("30 FFFFFF7F 0001'a' 00 'begin'"), 0, 14, packets::add);
            readers.add(reader);
        }
        assertThat(readers).allMatch(reader -> reader.pendingBytes() == 14);
    }

    @Test
    void a_maximum_below_the_shortest_packet_is_a_mistake() {
        assertThatIllegalArgumentException().isThrownBy(() -> new PacketReader(SERVER, V5, 1));
    }

    private void feedInPieces(PacketReader reader, byte[] bytes, int piece)
            throws MalformedPacketException {
        for (int i = 0; i < bytes.length; i += piece) {
            reader.feed(bytes, i, Math.min(piece, bytes.length - i), packets::add);
        }
    }
}
