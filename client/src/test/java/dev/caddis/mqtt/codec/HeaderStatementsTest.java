package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertReads;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;
import static dev.caddis.mqtt.packet.ReasonCode.MALFORMED_PACKET;
import static dev.caddis.mqtt.packet.ReasonCode.PROTOCOL_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

/// The statements about what packets have in common: lengths (1.5.5), flags (2.1.3), packet
/// identifiers (2.2.1) and property lengths (2.2.2).
class HeaderStatementsTest {

    private static final List<Subscribe.Request> REQUEST =
            List.of(new Subscribe.Request("a", SubscriptionOptions.of(AT_MOST_ONCE)));

    @ParameterizedTest
    @CsvSource({
        "1, 01",
        "127, 7F",
        "128, 8001",
        "16383, FF7F",
        "16384, 808001",
        "2097151, FFFF7F",
        "2097152, 80808001",
        "268435455, FFFFFF7F"
    })
    void a_number_of_variable_length_takes_the_fewest_bytes(int number, String bytes)
            throws Exception { // [MQTT-1.5.5-1]
        String section = "(0B " + bytes + ")";
        assertBothWays(
                CLIENT,
                V5,
                new Subscribe(1, REQUEST, number, List.of()),
                "82 (0001 " + section + " 0001'a' 00)");
        var properties =
                new Publish.Properties(
                        false, null, null, null, null, List.of(), List.of(number), null);
        assertReads(SERVER, V5, "30 (0001'a' " + section + ")", Sample.publish("a", properties));
        if (number < 2_097_152) { // one byte more is another number of bytes, and no number at all
            int last = bytes.length() - 2;
            String padded =
                    bytes.substring(0, last)
                            + "%02X00"
                                    .formatted(Integer.parseInt(bytes.substring(last), 16) | 0x80);
            String needs = "more bytes than it needs";
            assertRefused(SERVER, V5, "30 (0001'a' (0B " + padded + "))", MALFORMED_PACKET, needs);
            assertRefused(SERVER, V5, "30" + padded, MALFORMED_PACKET, needs);
            assertRefused(SERVER, V5, "30 (0001'a'" + padded + ")", MALFORMED_PACKET, needs);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "20, (00 00 00), SERVER",
        "40, (0001), SERVER",
        "50, (0001), SERVER",
        "62, (0001), SERVER",
        "70, (0001), SERVER",
        "90, (0001 00 00), SERVER",
        "B0, (0001 00 00), SERVER",
        "D0, (), SERVER",
        "E0, (), SERVER",
        "F0, (), SERVER",
        "10, (0004'MQTT' 05 02 0000 00 0000), CLIENT",
        "40, (0001), CLIENT",
        "50, (0001), CLIENT",
        "62, (0001), CLIENT",
        "70, (0001), CLIENT",
        "82, (0001 00 0001'a' 00), CLIENT",
        "A2, (0001 00 0001'a'), CLIENT",
        "C0, (), CLIENT",
        "E0, (), CLIENT"
    })
    void reserved_flags_have_their_one_value(String firstByte, String body, Sender sender)
            throws Exception { // [MQTT-2.1.3-1] [MQTT-3.14.1-1] [MQTT-3.15.1-1] [MQTT-3.6.1-1] ...
        int right = Integer.parseInt(firstByte, 16);
        assertThat(written(V5, Wire.read(sender, V5, Wire.hex(firstByte + body)).getFirst())[0])
                .isEqualTo((byte) right);
        for (int flags = 0; flags < 16; flags++) {
            int first = (right & 0xF0) | flags;
            if (first != right) {
                String packet = "%02X".formatted(first) + body;
                assertRefused(sender, V5, packet, MALFORMED_PACKET, "reserved flags");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "20, (00 00), SERVER",
        "40, (0001), SERVER",
        "50, (0001), SERVER",
        "62, (0001), SERVER",
        "70, (0001), SERVER",
        "90, (0001 00), SERVER",
        "B0, (0001), SERVER",
        "D0, (), SERVER",
        "10, (0004'MQTT' 04 02 0000 0000), CLIENT",
        "82, (0001 0001'a' 00), CLIENT",
        "A2, (0001 0001'a'), CLIENT",
        "C0, (), CLIENT",
        "E0, (), CLIENT"
    })
    void reserved_flags_have_their_one_value_in_3_1_1(String firstByte, String body, Sender sender)
            throws Exception { // 3.1.1: [MQTT-2.2.2-1] [MQTT-2.2.2-2] [MQTT-3.6.1-1] ...
        int right = Integer.parseInt(firstByte, 16);
        var packet = Wire.read(sender, V3_1_1, Wire.hex(firstByte + body)).getFirst();
        assertThat(written(V3_1_1, packet)[0]).isEqualTo((byte) right);
        for (int flags = 0; flags < 16; flags++) {
            int first = (right & 0xF0) | flags;
            if (first != right) {
                String wrong = "%02X".formatted(first) + body;
                assertRefused(sender, V3_1_1, wrong, MALFORMED_PACKET, "reserved flags");
            }
        }
    }

    @Test
    void a_QoS_0_publish_has_no_packet_identifier() throws Exception {
        var publish = Sample.publish("a", "xy", AT_MOST_ONCE, 0);
        assertBothWays(CLIENT, V5, publish, "30 06 0001'a' 00 'xy'"); // [MQTT-2.2.1-2]
        assertBothWays(SERVER, V3_1_1, publish, "30 05 0001'a' 'xy'"); // 3.1.1: [MQTT-2.3.1-5]
        assertUnwritable(V5, publish.withDelivery(1, false), "packet identifier is 1");
        assertUnwritable(V3_1_1, publish.withDelivery(1, false), "packet identifier is 1");
    }

    @Test
    void no_packet_identifier_is_0() { // [MQTT-2.2.1-3] [MQTT-2.2.1-4], 3.1.1: [MQTT-2.3.1-1]
        for (var version : List.of(V5, V3_1_1)) {
            String says = "packet identifier is 0";
            assertUnwritable(version, Sample.publish("a", "", AT_LEAST_ONCE, 0), says);
            assertUnwritable(version, Sample.publish("a", "", EXACTLY_ONCE, 0), says);
            assertUnwritable(version, new Subscribe(0, REQUEST, null, List.of()), says);
            assertUnwritable(version, new Unsubscribe(0, List.of("a"), List.of()), says);
            String none = version == V5 ? "00" : "";
            assertRefused(SERVER, version, "32 (0001'a' 0000 " + none + ")", PROTOCOL_ERROR, says);
            assertRefused(SERVER, version, "34 (0001'a' 0000 " + none + ")", PROTOCOL_ERROR, says);
        }
    }

    @Test
    void without_properties_the_property_length_is_0() throws Exception { // [MQTT-2.2.2-1]
        assertBothWays(CLIENT, V5, Sample.connect(V5, ""), "10 (0004'MQTT' 05 02 003C 00 0000)");
        assertBothWays(
                CLIENT,
                V5,
                ConnectStatementsTest.connect(
                        V5, Sample.will("w", AT_MOST_ONCE, false), null, null),
                "10 (0004'MQTT' 05 06 003C 00 0001'c' 00 0001'w' 0004'gone')");
        assertBothWays(
                CLIENT, V5, Sample.publish("a", "", AT_LEAST_ONCE, 1), "32 (0001'a' 0001 00)");
        assertBothWays(
                CLIENT, V5, new Subscribe(1, REQUEST, null, List.of()), "82 (0001 00 0001'a' 00)");
        assertBothWays(
                CLIENT, V5, new Unsubscribe(1, List.of("a"), List.of()), "A2 (0001 00 0001'a')");
        assertBothWays(
                SERVER, V5, new Connack(false, SUCCESS, Connack.Properties.NONE), "20 (00 00 00)");
        var ok = List.of(SUCCESS);
        assertBothWays(SERVER, V5, new Suback(1, ok, null, List.of()), "90 (0001 00 00)");
        assertBothWays(SERVER, V5, new Unsuback(1, ok, null, List.of()), "B0 (0001 00 00)");
        assertRefused(SERVER, V5, "30 (0001'a')", MALFORMED_PACKET, "property length");
        assertRefused(SERVER, V5, "20 (00 00)", MALFORMED_PACKET, "property length");
    }
}
