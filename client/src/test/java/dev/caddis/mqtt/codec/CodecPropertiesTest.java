package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Wire.LARGEST;
import static dev.caddis.mqtt.codec.Wire.written;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import net.jqwik.api.statistics.StatisticsReport;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// What holds for every packet of the standard. A packet is made of decisions in bytes, so that
/// what fails is shrunk to few and small ones; a failure names its seed.
class CodecPropertiesTest {

    private static final int DECISIONS_MAX = 250;
    private static final List<Class<? extends Packet>> TYPES_OF_BOTH_VERSIONS =
            Sample.ALL.stream()
                    .filter(sample -> sample.version() == ProtocolVersion.V3_1_1)
                    .<Class<? extends Packet>>map(sample -> sample.packet().getClass())
                    .toList();

    @Property(tries = 2000)
    @StatisticsReport(StatisticsReport.StatisticsReportMode.OFF)
    void any_packet_survives_being_written_and_read_in_any_pieces(
            @ForAll("packets") Sample any, @ForAll("decisions") byte[] cuts) throws Exception {
        Statistics.collect(any.packet().getClass(), any.version());
        byte[] bytes = written(any.version(), any.packet()); // its size is as measured
        assertThat(inPieces(any.sender(), any.version(), bytes, cuts))
                .containsExactly(any.packet());
        Statistics.coverage(seen -> {
            seen.check(Auth.class, ProtocolVersion.V5).count(tries -> tries > 0);
            for (Class<?> type : TYPES_OF_BOTH_VERSIONS) {
                seen.check(type, ProtocolVersion.V5).count(tries -> tries > 0);
                seen.check(type, ProtocolVersion.V3_1_1).count(tries -> tries > 0);
            }
        });
    }

    @Property(tries = 500)
    void packets_read_in_one_go_are_those_read_one_by_one(
            @ForAll("decisions") byte[] decisions,
            @ForAll Sender sender,
            @ForAll ProtocolVersion version,
            @ForAll("decisions") byte[] cuts)
            throws Exception {
        Choices choices = Choices.by(decisions);
        List<Packet> expected = new ArrayList<>();
        var bytes = new ByteArrayOutputStream();
        for (int left = choices.below(12); left > 0; left--) {
            Packet next = AnyPacket.of(choices, version, sender).packet();
            bytes.writeBytes(written(version, next));
            expected.add(next);
        }
        assertThat(Wire.read(sender, version, bytes.toByteArray())).isEqualTo(expected);
        assertThat(inPieces(sender, version, bytes.toByteArray(), cuts)).isEqualTo(expected);
    }

    @Property(tries = 2000)
    void a_packet_that_lacks_its_end_is_awaited_and_never_refused(
            @ForAll("packets") Sample any, @ForAll("decisions") byte[] cut) throws Exception {
        byte[] bytes = written(any.version(), any.packet());
        int arrived = Choices.by(cut).below(bytes.length);
        var reader = new PacketReader(any.sender(), any.version(), LARGEST);
        List<Packet> packets = new ArrayList<>();
        reader.feed(bytes, 0, arrived, packets::add);
        assertThat(packets).isEmpty();
        assertThat(reader.pendingBytes()).isEqualTo(arrived);
    }

    @Property(tries = 2000)
    void a_packet_of_the_maximum_size_is_read_and_one_byte_more_is_not(
            @ForAll("packets") Sample any) throws Exception { // [MQTT-3.1.2-24]
        byte[] bytes = written(any.version(), any.packet());
        List<Packet> packets = new ArrayList<>();
        new PacketReader(any.sender(), any.version(), bytes.length)
                .feed(bytes, 0, bytes.length, packets::add);
        assertThat(packets).containsExactly(any.packet());
        if (bytes.length > 2) {
            var narrow = new PacketReader(any.sender(), any.version(), bytes.length - 1);
            Wire.assertRefused(narrow, bytes, ReasonCode.PACKET_TOO_LARGE);
        }
    }

    @Provide
    Arbitrary<byte[]> decisions() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(DECISIONS_MAX);
    }

    @Provide
    Arbitrary<Sample> packets() {
        return decisions().map(bytes -> AnyPacket.of(Choices.by(bytes)));
    }

    private static List<Packet> inPieces(
            Sender sender, ProtocolVersion version, byte[] bytes, byte[] cuts)
            throws MalformedPacketException {
        Choices choices = Choices.by(cuts);
        var reader = new PacketReader(sender, version, LARGEST);
        List<Packet> packets = new ArrayList<>();
        for (int at = 0, piece; at < bytes.length; at += piece) {
            piece = Math.min(1 + choices.below(9), bytes.length - at);
            reader.feed(bytes, at, piece, packets::add);
        }
        assertThat(reader.pendingBytes()).isZero();
        return packets;
    }
}
