package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;
import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_1;
import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_2;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class SubscribeCodecTest {

    private static final List<UserProperty> ONE_USER_PROPERTY =
            Sample.USER_PROPERTIES.subList(0, 1);

    @Test
    void a_subscribe_has_these_bytes() throws Exception {
        var subscribe =
                subscribe(
                        5,
                        null,
                        new Subscribe.Request("a/#", SubscriptionOptions.of(AT_LEAST_ONCE)),
                        new Subscribe.Request("+", SubscriptionOptions.of(EXACTLY_ONCE)));
        assertBothWays(CLIENT, V5, subscribe, "82 0D 0005 00 0003'a/#' 01 0001'+' 02");
        assertBothWays(CLIENT, V3_1_1, subscribe, "82 0C 0005 0003'a/#' 01 0001'+' 02");
    }

    @ParameterizedTest
    @CsvSource({
        "00, AT_MOST_ONCE, false, false, SEND",
        "04, AT_MOST_ONCE, true, false, SEND",
        "09, AT_LEAST_ONCE, false, true, SEND",
        "12, EXACTLY_ONCE, false, false, SEND_IF_NEW",
        "2E, EXACTLY_ONCE, true, true, DO_NOT_SEND"
    })
    void every_option_has_its_bit(
            String bits,
            Qos qos,
            boolean noLocal,
            boolean retainAsPublished,
            RetainHandling retainHandling)
            throws Exception {
        var options = new SubscriptionOptions(qos, noLocal, retainAsPublished, retainHandling);
        assertBothWays(
                CLIENT,
                V5,
                subscribe(1, null, new Subscribe.Request("a", options)),
                "82 07 0001 00 0001'a' " + bits);
    }

    @Test
    void properties_follow_the_identifier() throws Exception {
        var request = new Subscribe.Request("a", SubscriptionOptions.of(AT_MOST_ONCE));
        assertBothWays(
                CLIENT,
                V5,
                new Subscribe(1, List.of(request), 128, ONE_USER_PROPERTY),
                "82 11 0001 0A 0B 8001 26 0001'a' 0001'1' 0001'a' 00");
    }

    @Test
    void a_suback_has_these_bytes() throws Exception {
        assertBothWays(
                SERVER,
                V5,
                new Suback(5, List.of(SUCCESS, GRANTED_QOS_2, NOT_AUTHORIZED), null, List.of()),
                "90 06 0005 00 00 02 87");
        assertBothWays(
                SERVER,
                V5,
                new Suback(5, List.of(GRANTED_QOS_1), "r", ONE_USER_PROPERTY),
                "90 0F 0005 0B 1F 0001'r' 26 0001'a' 0001'1' 01");
        assertBothWays(
                SERVER,
                V3_1_1,
                new Suback(
                        5,
                        List.of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR),
                        null,
                        List.of()),
                "90 06 0005 00 01 02 80");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                     | version | bytes                             | reason           | says
                    no filter                  | V5      | 82 (0001 00)                      | PROTOCOL_ERROR   | list of topic filters
                    no filter in 3.1.1         | V3_1_1  | 82 (0001)                         | PROTOCOL_ERROR   | list of topic filters
                    empty filter               | V5      | 82 (0001 00 0000 00)              | PROTOCOL_ERROR   | topic filter is empty
                    identifier 0               | V5      | 82 (0000 00 0001'a' 00)           | PROTOCOL_ERROR   | packet identifier
                    options are missing        | V5      | 82 (0001 00 0001'a')              | MALFORMED_PACKET | subscription options
                    reserved option bit 6      | V5      | 82 (0001 00 0001'a' 40)           | MALFORMED_PACKET | reserved bit
                    reserved option bit 7      | V5      | 82 (0001 00 0001'a' 80)           | MALFORMED_PACKET | reserved bit
                    option of 5 in 3.1.1       | V3_1_1  | 82 (0001 0001'a' 04)              | MALFORMED_PACKET | reserved bit
                    QoS 3                      | V5      | 82 (0001 00 0001'a' 03)           | PROTOCOL_ERROR   | QoS 3
                    QoS 3 in 3.1.1             | V3_1_1  | 82 (0001 0001'a' 03)              | PROTOCOL_ERROR   | QoS 3
                    retain handling 3          | V5      | 82 (0001 00 0001'a' 30)           | PROTOCOL_ERROR   | retain handling 3
                    no local when shared       | V5      | 82 (0001 00 000A'$share/g/a' 04)  | PROTOCOL_ERROR   | shared
                    subscription identifier 0  | V5      | 82 (0001 (0B 00) 0001'a' 00)      | PROTOCOL_ERROR   | subscription identifier is 0
                    subscription twice         | V5      | 82 (0001 (0B 01 0B 02) 0001'a' 00) | PROTOCOL_ERROR  | subscription identifier occurs
                    a property of SUBACK       | V5      | 82 (0001 (1F 0001'r') 0001'a' 00) | MALFORMED_PACKET | reason string
                    filter with U+0000         | V5      | 82 (0001 00 0001 00 00)           | MALFORMED_PACKET | topic filter
                    header flags               | V5      | 80 (0001 00 0001'a' 00)           | MALFORMED_PACKET | reserved flags
                    """)
    void a_subscribe_against_the_rules_is_refused(
            String what, ProtocolVersion version, String bytes, ReasonCode reason, String says) {
        assertRefused(CLIENT, version, bytes, reason, says);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                   | version | bytes                               | reason           | says
                    no reason                | V5      | 90 (0001 00)                        | PROTOCOL_ERROR   | list of reason codes
                    no return code           | V3_1_1  | 90 (0001)                           | PROTOCOL_ERROR   | list of reason codes
                    a reason of UNSUBACK     | V5      | 90 (0001 00 11)                     | PROTOCOL_ERROR   | 0x11
                    QoS 3                    | V5      | 90 (0001 00 03)                     | PROTOCOL_ERROR   | 0x03
                    a reason of 5 in 3.1.1   | V3_1_1  | 90 (0001 87)                        | PROTOCOL_ERROR   | 0x87
                    identifier 0             | V5      | 90 (0000 00 00)                     | PROTOCOL_ERROR   | packet identifier
                    reason string twice      | V5      | 90 (0001 (1F 0000 1F 0000) 00)      | PROTOCOL_ERROR   | reason string
                    a property of SUBSCRIBE  | V5      | 90 (0001 (0B 01) 00)                | MALFORMED_PACKET | subscription identifier
                    header flags             | V5      | 92 (0001 00 00)                     | MALFORMED_PACKET | reserved flags
                    """)
    void a_suback_against_the_rules_is_refused(
            String what, ProtocolVersion version, String bytes, ReasonCode reason, String says) {
        assertRefused(SERVER, version, bytes, reason, says);
    }

    @Test
    void each_comes_from_one_side_alone() {
        assertRefused(
                SERVER, V5, "82 (0001 00 0001'a' 00)", ReasonCode.PROTOCOL_ERROR, "from a server");
        assertRefused(CLIENT, V5, "90 (0001 00 00)", ReasonCode.PROTOCOL_ERROR, "from a client");
    }

    @Test
    void what_only_mqtt_5_has_is_not_stripped_for_3_1_1() {
        var plain = new Subscribe.Request("a", SubscriptionOptions.of(AT_MOST_ONCE));
        var noLocal =
                new Subscribe.Request(
                        "a",
                        new SubscriptionOptions(AT_MOST_ONCE, true, false, RetainHandling.SEND));
        assertUnwritable(V3_1_1, subscribe(1, 1, plain), "connect with MQTT 5");
        assertUnwritable(
                V3_1_1,
                new Subscribe(1, List.of(plain), null, ONE_USER_PROPERTY),
                "connect with MQTT 5");
        assertUnwritable(V3_1_1, subscribe(1, null, noLocal), "subscription option");
        assertUnwritable(V3_1_1, new Suback(1, List.of(NOT_AUTHORIZED), null, List.of()), "0x87");
        assertUnwritable(
                V3_1_1, new Suback(1, List.of(SUCCESS), "why", List.of()), "connect with MQTT 5");
    }

    @Test
    void what_the_other_side_would_refuse_is_not_written() {
        var shared =
                new Subscribe.Request(
                        "$share/g/a",
                        new SubscriptionOptions(AT_MOST_ONCE, true, false, RetainHandling.SEND));
        var empty = new Subscribe.Request("", SubscriptionOptions.of(AT_MOST_ONCE));
        var plain = new Subscribe.Request("a", SubscriptionOptions.of(AT_MOST_ONCE));
        assertUnwritable(V5, subscribe(1, null), "list of topic filters is empty");
        assertUnwritable(V5, subscribe(0, null, plain), "packet identifier is 0");
        assertUnwritable(V5, subscribe(1, 0, plain), "subscription identifier is 0");
        assertUnwritable(V5, subscribe(1, null, shared), "shared");
        assertUnwritable(V5, subscribe(1, null, empty), "topic filter is empty");
        assertUnwritable(V5, new Suback(1, List.of(), null, List.of()), "list of reason codes");
    }

    private static Subscribe subscribe(
            int packetId, @Nullable Integer identifier, Subscribe.Request... requests) {
        return new Subscribe(packetId, List.of(requests), identifier, List.of());
    }
}
