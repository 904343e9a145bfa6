package dev.caddis.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;

/// The same bytes to Caddis and to netty-codec-mqtt 4.1: the same packets, field by field, or both
/// refuse. The seeds are fixed.
class NettyDifferenceTest {

    private static final int VALID = 3_000;
    private static final int SPOILT = 12_000;
    private static final int MAXIMUM_PACKET_SIZE = 8 << 10;

    /// Zeros behind what Caddis refuses, where Netty would wait for more: as the type of a packet,
    /// 0 is refused by both.
    private static final int MORE_BYTES = 300;

    /// Who refuses what the other takes | why | bytes that show it. A refusal that fits no row
    /// fails, and so does a row that its bytes do not show.
    private static final String DIFFERENCES =
            """
            Caddis refuses .*reason code is .* does not list.*  | Netty checks no list of reason codes: [MQTT-3.2.2-8] [MQTT-3.4.2-1] [MQTT-3.5.2-1] [MQTT-3.6.2-1] [MQTT-3.7.2-1] [MQTT-3.9.3-2] [MQTT-3.11.3-2] [MQTT-3.14.2-1] [MQTT-3.15.2-1] | CLIENT V5 f0
            Caddis refuses .*has more bytes than it needs       | Netty takes a length in more bytes than needed: [MQTT-1.5.5-1]        | SERVER V5 d080
            Caddis refuses .*is a number in more bytes .*       | the same inside: [MQTT-1.5.5-1]                                      | SERVER V5 b07ff0d680
            Caddis refuses .* is missing or cut short           | Netty takes what is absent for empty: 3.15.2.2                       | SERVER V5 f001
            Caddis refuses .*end is followed by .*              | Netty reads the answers of 3.1.1 as those of MQTT 5: 3.1.1: 3.14     | CLIENT V3_1_1 e002
            Caddis refuses .*it never comes from .*             | Netty has one decoder for both sides: 2.1.2                          | CLIENT V5 d0
            Caddis refuses .*(l|0x04) never comes from a server | the same: 3.14.2.1 [MQTT-3.14.2-2]                                   | SERVER V5 e0079705110000002c
            Caddis refuses .*identifier never comes from .*     | the same: [MQTT-3.3.4-6]                                             | CLIENT V5 3c10000161f15b060bffff7f0b7fa7caa88c
            Caddis refuses .* is no property of this packet     | Netty takes every property in every packet: 2.2.2.2                  | SERVER V5 e0078e0527
            Caddis refuses .*only 0 and 1 are allowed           | Netty takes a flag of any value: 3.2.2.3.12, 3.3.2.3.2               | SERVER V5 20050090022902
            Caddis refuses .*occurs more than once              | Netty takes it again: 2.2.2.2                                        | SERVER V5 f011000f16000016000984b035883367b6
            Caddis refuses .* is 0                              | Netty takes a Receive Maximum of 0 and its like: 3.8.2.1.2           | CLIENT V5 820b6c37020b
            Caddis refuses .*connect flags have .*              | Netty does not check these: [MQTT-3.1.2-11] [MQTT-3.1.2-12] [MQTT-3.1.2-13], 3.1.1: [MQTT-3.1.2-22] | CLIENT V3_1_1 100c00044d515454041200770000
            Caddis refuses .*acknowledge flags have .*          | Netty looks at the lowest bit only: [MQTT-3.2.2-1]                   | SERVER V5 2003ee05
            Caddis refuses .*session present is set .*          | Netty does not check it: [MQTT-3.2.2-6]                              | SERVER V3_1_1 20020105
            Caddis refuses .*subscription options have .*       | Netty ignores reserved bits: [MQTT-3.8.3-5]                          | CLIENT V5 820700270000016180
            Caddis refuses .*no local on a shared .*            | Netty does not check it: [MQTT-3.8.3-4]                              | CLIENT V5 82282f140726000000027269000a2473686172652f672f230400016115000a2473686172652f672f2309
            Caddis refuses .*list of .* is empty                | Netty does not ask for one: [MQTT-3.8.3-2] [MQTT-3.10.3-2]           | SERVER V5 b003dd
            Caddis refuses .*topic filter is empty              | Netty does not check it: [MQTT-4.7.3-1]                              | CLIENT V5 a20701
            Caddis refuses .*topic name is empty .*             | Netty does not check it: [MQTT-4.7.3-1]                              | CLIENT V5 3003
            Caddis refuses .*topic holds a wildcard             | Netty checks the topic of PUBLISH alone: [MQTT-3.3.2-14] [MQTT-4.7.0-1] | CLIENT V3_1_1 101c00044d515454043400ff0001610005767a6c2377000698b4ada13d76
            Caddis refuses .*DUP is set on QoS 0                | Netty does not check it: [MQTT-3.3.1-2]                              | SERVER V5 3925
            Caddis refuses .*method is missing                  | Netty does not check it: 3.15.2.2.2                                  | SERVER V5 f002
            Caddis refuses .*empty without clean session        | Netty leaves it to the server: 3.1.1: [MQTT-3.1.3-8]                 | CLIENT V3_1_1 100c00044d51545404
            Netty refuses (nothing|.*unknown property type.*)   | Caddis reads how a broker of 3.1.1 refuses MQTT 5                    | SERVER V5 20020001
            """;

    private record Row(String pattern, String why, HostileInput example) {
        static Row of(String line) {
            String[] cells = line.split(" \\| ", 3);
            String[] example = cells[2].strip().split(" ", 3);
            return new Row(
                    cells[0].strip(),
                    cells[1].strip(),
                    new HostileInput(
                            Sender.valueOf(example[0]),
                            ProtocolVersion.valueOf(example[1]),
                            HexFormat.of().parseHex(example[2])));
        }

        boolean explains(String difference) {
            return difference.matches(pattern);
        }
    }

    private final List<Row> rows = DIFFERENCES.lines().map(Row::of).toList();

    @Test
    void netty_reads_every_valid_packet_as_caddis_does() {
        for (int seed = 0; seed < VALID; seed++) {
            HostileInput input = HostileInput.packets(Choices.by(new SplittableRandom(seed)));
            assertThat(difference(input)).as(describe(input)).isEmpty();
        }
    }

    @Test
    void each_known_difference_shows() {
        for (Row row : rows) {
            assertThat(difference(row.example())).as(row.why()).matches(row.pattern());
        }
    }

    @Test
    void where_one_refuses_what_the_other_takes_the_reason_is_known() {
        List<String> unexplained = new ArrayList<>();
        for (int seed = 0; seed < SPOILT; seed++) {
            Choices choices = Choices.by(new SplittableRandom(~seed));
            HostileInput input = HostileInput.packets(choices).spoilt(choices);
            String difference = difference(input);
            if (!difference.isEmpty() && rows.stream().noneMatch(row -> row.explains(difference))) {
                unexplained.add(difference + describe(input));
            }
        }
        assertThat(unexplained).isEmpty();
    }

    private static String describe(HostileInput input) {
        return " from a %s in MQTT %s: %s"
                .formatted(input.sender, input.version, HexFormat.of().formatHex(input.bytes));
    }

    private static String difference(HostileInput input) {
        List<Packet> packets = new ArrayList<>();
        byte[] bytes = input.bytes;
        String refusal = "";
        var reader = new PacketReader(input.sender, input.version, MAXIMUM_PACKET_SIZE);
        try {
            reader.feed(bytes, 0, bytes.length, packets::add);
            while (reader.pendingBytes() > 0) { // Netty looks into a packet before it is complete
                bytes = Arrays.copyOf(bytes, bytes.length + 1);
                reader.feed(bytes, bytes.length - 1, 1, packets::add);
            }
        } catch (MalformedPacketException refused) {
            refusal = String.valueOf(refused.getMessage());
            bytes = Arrays.copyOf(bytes, bytes.length + MORE_BYTES);
        }
        var netty = new NettyCodec(input.version, bytes, MAXIMUM_PACKET_SIZE);
        for (int i = 0; i < Math.min(packets.size(), netty.count()); i++) {
            if (!packets.get(i).equals(netty.packet(i))) {
                return packets.get(i) + " is for Netty " + netty.packet(i);
            }
        }
        if (packets.size() > netty.count() || (refusal.isEmpty() && !netty.refusal.isEmpty())) {
            return "Netty refuses " + (netty.refusal.isEmpty() ? "nothing" : netty.refusal);
        }
        return packets.size() == netty.count() ? "" : "Caddis refuses " + refusal;
    }
}
