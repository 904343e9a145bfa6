package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
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

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

/// The statements about the bytes of PUBLISH (3.3), SUBSCRIBE (3.8) and UNSUBSCRIBE (3.10).
class PublishStatementsTest {

    @ParameterizedTest
    @EnumSource
    void DUP_is_0_at_QoS_0(ProtocolVersion version) { // [MQTT-3.3.1-2]
        assertUnwritable(
                version, Sample.publish("a", "", AT_MOST_ONCE, 0).withDelivery(0, true), "DUP");
        String none = version == V5 ? "00" : "";
        assertRefused(SERVER, version, "38 (0001'a'" + none + ")", PROTOCOL_ERROR, "DUP");
        assertRefused(SERVER, version, "39 (0001'a'" + none + ")", PROTOCOL_ERROR, "DUP");
    }

    @ParameterizedTest
    @EnumSource
    void the_QoS_bits_are_never_both_1(ProtocolVersion version) { // [MQTT-3.3.1-4]
        for (Qos qos : Qos.values()) {
            int id = qos == AT_MOST_ONCE ? 0 : 7;
            assertThat(written(version, Sample.publish("a", "", qos, id))[0])
                    .isEqualTo((byte) (0x30 | (qos.level() << 1)));
        }
        String none = version == V5 ? "00" : "";
        for (String first : new String[] {"36", "37", "3E", "3F"}) {
            assertRefused(
                    SERVER,
                    version,
                    first + "(0001'a' 0007" + none + ")",
                    MALFORMED_PACKET,
                    "QoS is 3");
        }
    }

    @Test
    void the_topic_comes_first_then_the_identifier() throws Exception { // [MQTT-3.3.2-1]
        assertBothWays(
                CLIENT,
                V5,
                Sample.publish("\u00E4/b", "p", EXACTLY_ONCE, 0x0102),
                "34 (0004 C3A4 '/b' 0102 00 'p')");
        assertBothWays(
                SERVER,
                V3_1_1,
                Sample.publish("\u00E4/b", "p", AT_LEAST_ONCE, 0x0102),
                "32 (0004 C3A4 '/b' 0102 'p')");
        assertRefused(SERVER, V5, "30 ()", MALFORMED_PACKET, "topic name");
        assertRefused(SERVER, V3_1_1, "30 (00)", MALFORMED_PACKET, "topic name");
        assertRefused(SERVER, V5, "30 (0002 C328 00)", MALFORMED_PACKET, "not UTF-8");
    }

    @Test
    void a_topic_alias_is_never_0() throws Exception { // [MQTT-3.3.2-8]
        assertUnwritable(V5, with(0, null), "topic alias is 0");
        assertUnwritable(V5, with(0, "type"), "topic alias is 0");
        assertBothWays(CLIENT, V5, with(1, null), "30 (0001'a' (23 0001))");
        assertRefused(SERVER, V5, "30 (0001'a' (23 0000))", ReasonCode.TOPIC_ALIAS_INVALID, "is 0");
        assertRefused(SERVER, V5, "30 (0000 (23 0000))", ReasonCode.TOPIC_ALIAS_INVALID, "is 0");
    }

    @Test
    void a_client_filter_list_is_never_empty() { // [MQTT-3.8.3-2] [MQTT-3.10.3-2], 3.1.1: -3.8.3-3
        for (ProtocolVersion version : ProtocolVersion.values()) {
            String says = "list of topic filters is empty";
            assertUnwritable(version, new Subscribe(1, List.of(), null, List.of()), says);
            assertUnwritable(version, new Unsubscribe(1, List.of(), List.of()), says);
        }
        assertRefused(CLIENT, V5, "82 (0001 00)", PROTOCOL_ERROR, "list of topic filters");
        assertRefused(CLIENT, V3_1_1, "A2 (0001)", PROTOCOL_ERROR, "list of topic filters");
    }

    @Test
    void filters_follow_each_other_without_a_gap() throws Exception { // 3.1.1: [MQTT-3.10.3-1]
        assertBothWays(
                CLIENT,
                V3_1_1,
                new Unsubscribe(1, List.of("a", "\u00E4/b", "c"), List.of()),
                "A2 (0001 0001'a' 0004 C3A4 '/b' 0001'c')");
        assertBothWays(
                CLIENT,
                V5,
                new Unsubscribe(1, List.of("a", "\u00E4/b", "c"), List.of()),
                "A2 (0001 00 0001'a' 0004 C3A4 '/b' 0001'c')");
    }

    @Test
    void no_local_is_never_asked_of_a_shared_subscription() throws Exception { // [MQTT-3.8.3-4]
        assertUnwritable(V5, noLocal("$share/group/a"), "shared subscription");
        assertBothWays(CLIENT, V5, noLocal("$sharea/b"), "82 (0001 00 0009'$sharea/b' 04)");
        assertRefused(CLIENT, V5, "82 (0001 00 000A'$share/g/a' 04)", PROTOCOL_ERROR, "shared");
    }

    private static Subscribe noLocal(String filter) {
        var options = new SubscriptionOptions(AT_MOST_ONCE, true, false, RetainHandling.SEND);
        return new Subscribe(1, List.of(new Subscribe.Request(filter, options)), null, List.of());
    }

    private static Publish with(int alias, @Nullable String contentType) {
        var properties =
                new Publish.Properties(
                        false, null, alias, null, null, List.of(), List.of(), contentType);
        return Sample.publish("a", properties);
    }
}
