package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What the tests of npm `mqtt-packet` take for packets and for none, through both directions of
/// the codec, in the fixture's chunks and byte by byte.
class MqttPacketFixturesTest {

    /// Where Caddis differs, and why: what it does | the fixtures, by their lines | the reason. A
    /// difference that is not here fails, and so does a row without its difference.
    private static final String DIFFERENCES =
            """
            refuses | 253 275 297 320 864 902 927 952 980 1008 1036 1074 1112 | MQTT 3.1 (MQIsdp) and its bridges are not spoken: [MQTT-3.1.2-1]
            refuses | 1351 1402 | Maximum QoS is 0 or 1, a server of QoS 2 leaves it out: 3.2.2.3.4
            refuses | 770 786 | CONNACK of MQTT 5 has a reason code and a property length; only acknowledgements and DISCONNECT may end before: 3.2.2
            reads   | 690 | the 3.1.1 return code 1 is told by its meaning, unsupported protocol version
            reads   | 637 | the fixture names only two fields of what it writes
            writes  | 343 417 1597 1623 | a payload format indicator of 0 is the same as none: 3.3.2.3.2
            writes  | 737 753 833 848 1900 2529 | a reason code of success and empty properties are left out, as the standard allows: 3.4.2.1, 3.14.2.1
            cannot say | 229 3025 | every Packet has a type
            cannot say | 1492 | a reason code is one of ReasonCode
            cannot say | 2364 2374 | filters are strings in a list
            cannot say | 2579 2600 3029 | a version is one of ProtocolVersion and has its name
            cannot say | 2621 2703 | client id and will topic are never null
            cannot say | 2661 2682 2687 2723 2744 2765 | a number is a number, a text a text, bytes are bytes
            cannot say | 2786 | MQTT 3.1 is not spoken; in 3.1.1 the same is refused: ConnectCodecTest
            cannot say | 3221 | a packet identifier is a number
            """;

    /// What mqtt-packet refuses to write and Caddis can say, as its types say it.
    private final Map<String, Packet> unwritable =
            Map.of(
                    "1844", publish(Bytes.wrap(new byte[268_435_450]), null, null, 120),
                    "1854", publish(Bytes.EMPTY, null, null, 268_435_456),
                    "2641", anonymous(),
                    "2806", publish(Bytes.EMPTY, -4321L, 100, 120),
                    "2829", publish(Bytes.EMPTY, 4321L, -100, 120),
                    "2852", publish(Bytes.EMPTY, 4321L, 100, -120));

    @Test
    void each_difference_is_explained() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (MqttPacketFixture fixture : MqttPacketFixture.all()) {
            String difference =
                    fixture.kind().equals("unwritable")
                            ? unwritten(fixture.line())
                            : difference(fixture);
            if (!difference.isEmpty()) {
                found.put(fixture.line(), difference);
            }
        }
        assertThat(found).isEqualTo(explained());
    }

    private static Map<String, String> explained() {
        return DIFFERENCES
                .lines()
                .map(line -> line.split("\\|", 3))
                .flatMap(row ->
                        Arrays.stream(row[1].strip().split(" ", -1))
                                .map(line -> Map.entry(line, row[0].strip())))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private String unwritten(String line) {
        Packet packet = unwritable.get(line);
        if (packet == null) {
            return "cannot say";
        }
        Wire.assertUnwritable(packet instanceof Connect ? V3_1_1 : V5, packet, "cannot be written");
        return "";
    }

    private static String difference(MqttPacketFixture fixture) {
        for (Sender sender : Sender.values()) {
            try {
                return difference(fixture, sender);
            } catch (MalformedPacketException refused) {
                assertThat(refused).hasMessageMatching(".+"); // maybe the other side may send it
            }
        }
        return fixture.kind().equals("refused") ? "" : "refuses";
    }

    private static String difference(MqttPacketFixture fixture, Sender sender)
            throws MalformedPacketException {
        byte[] bytes = fixture.bytes();
        List<Packet> packets = new ArrayList<>();
        var reader = new PacketReader(sender, fixture.version(), Wire.LARGEST);
        for (String chunk : fixture.chunks()) {
            byte[] part = HexFormat.of().parseHex(chunk);
            reader.feed(part, 0, part.length, packets::add);
        }
        List<Packet> single = new ArrayList<>();
        var byByte = new PacketReader(sender, fixture.version(), Wire.LARGEST);
        for (int i = 0; i < bytes.length; i++) {
            byByte.feed(bytes, i, 1, single::add);
        }
        assertThat(single).isEqualTo(packets);
        if (fixture.kind().equals("refused")) {
            return packets.isEmpty() ? "waits" : "accepts";
        }
        assertThat(packets).as("fixture " + fixture.line()).hasSize(1);
        ProtocolVersion version = reader.version();
        if (!MqttPacketForm.of(packets.getFirst(), version).equals(fixture.fields())) {
            return "reads";
        }
        byte[] written = Wire.written(version, packets.getFirst());
        return Arrays.equals(written, bytes) ? "" : "writes";
    }

    private static Connect anonymous() {
        return new Connect(V3_1_1, false, 30, "", null, "username", null, Connect.Properties.NONE);
    }

    private static Publish publish(
            Bytes payload, @Nullable Long expiry, @Nullable Integer alias, int subscription) {
        var properties =
                new Publish.Properties(
                        true,
                        expiry,
                        alias,
                        "topic",
                        Bytes.utf8("data"),
                        List.of(),
                        List.of(subscription),
                        "test");
        return new Publish("test", payload, Qos.EXACTLY_ONCE, true, true, 10, properties);
    }
}
