package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.codec.Wire.hex;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_1;
import static dev.caddis.mqtt.packet.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class UnsubscribeCodecTest {

    private static final List<UserProperty> ONE_USER_PROPERTY =
            Sample.USER_PROPERTIES.subList(0, 1);

    @Test
    void an_unsubscribe_has_these_bytes() throws Exception {
        var unsubscribe = new Unsubscribe(5, List.of("a/#", "+"), List.of());
        assertBothWays(CLIENT, V5, unsubscribe, "A2 0B 0005 00 0003'a/#' 0001'+'");
        assertBothWays(CLIENT, V3_1_1, unsubscribe, "A2 0A 0005 0003'a/#' 0001'+'");
        assertBothWays(
                CLIENT,
                V5,
                new Unsubscribe(5, List.of("a"), ONE_USER_PROPERTY),
                "A2 0D 0005 07 26 0001'a' 0001'1' 0001'a'");
    }

    @Test
    void an_unsuback_has_these_bytes() throws Exception {
        assertBothWays(
                SERVER,
                V5,
                new Unsuback(5, List.of(SUCCESS, NO_SUBSCRIPTION_EXISTED), null, List.of()),
                "B0 05 0005 00 00 11");
        assertBothWays(
                SERVER,
                V5,
                new Unsuback(5, List.of(SUCCESS), "r", ONE_USER_PROPERTY),
                "B0 0F 0005 0B 1F 0001'r' 26 0001'a' 0001'1' 00");
        assertBothWays(SERVER, V3_1_1, new Unsuback(5, List.of(), null, List.of()), "B0 02 0005");
    }

    @Test
    void in_3_1_1_an_unsuback_is_its_identifier_alone() {
        assertThat(written(V3_1_1, new Unsuback(5, List.of(SUCCESS), null, List.of())))
                .isEqualTo(hex("B0 02 0005"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                    | sender | version | bytes                        | reason           | says
                    no filter                 | CLIENT | V5      | A2 (0001 00)                 | PROTOCOL_ERROR   | list of topic filters
                    no filter in 3.1.1        | CLIENT | V3_1_1  | A2 (0001)                    | PROTOCOL_ERROR   | list of topic filters
                    empty filter              | CLIENT | V5      | A2 (0001 00 0000)            | PROTOCOL_ERROR   | topic filter is empty
                    identifier 0              | CLIENT | V5      | A2 (0000 00 0001'a')         | PROTOCOL_ERROR   | packet identifier
                    a property of SUBSCRIBE   | CLIENT | V5      | A2 (0001 (0B 01) 0001'a')    | MALFORMED_PACKET | subscription identifier
                    filter cut                | CLIENT | V5      | A2 (0001 00 0002'a')         | MALFORMED_PACKET | topic filter
                    header flags              | CLIENT | V5      | A0 (0001 00 0001'a')         | MALFORMED_PACKET | reserved flags
                    from a server             | SERVER | V5      | A2 (0001 00 0001'a')         | PROTOCOL_ERROR   | never comes from a server
                    no reason                 | SERVER | V5      | B0 (0001 00)                 | PROTOCOL_ERROR   | list of reason codes
                    reasons in 3.1.1          | SERVER | V3_1_1  | B0 (0001 00)                 | MALFORMED_PACKET | followed by 1
                    a reason of SUBACK        | SERVER | V5      | B0 (0001 00 01)              | PROTOCOL_ERROR   | 0x01
                    identifier 0 in UNSUBACK  | SERVER | V3_1_1  | B0 (0000)                    | PROTOCOL_ERROR   | packet identifier
                    UNSUBACK flags            | SERVER | V5      | B2 (0001 00 00)              | MALFORMED_PACKET | reserved flags
                    UNSUBACK from a client    | CLIENT | V5      | B0 (0001 00 00)              | PROTOCOL_ERROR   | never comes from a client
                    a property of CONNACK     | SERVER | V5      | B0 (0001 (24 01) 00)         | MALFORMED_PACKET | maximum qos
                    """)
    void what_is_against_the_rules_is_refused(
            String what,
            Sender sender,
            ProtocolVersion version,
            String bytes,
            ReasonCode reason,
            String says) {
        assertRefused(sender, version, bytes, reason, says);
    }

    @Test
    void what_cannot_be_expressed_is_not_written() {
        assertUnwritable(V5, new Unsubscribe(5, List.of(), List.of()), "list of topic filters");
        assertUnwritable(V5, new Unsubscribe(0, List.of("a"), List.of()), "packet identifier");
        assertUnwritable(V5, new Unsubscribe(1, List.of(""), List.of()), "topic filter is empty");
        assertUnwritable(
                V3_1_1, new Unsubscribe(1, List.of("a"), ONE_USER_PROPERTY), "connect with MQTT 5");
        assertUnwritable(V5, new Unsuback(1, List.of(), null, List.of()), "list of reason codes");
        assertUnwritable(V5, new Unsuback(1, List.of(GRANTED_QOS_1), null, List.of()), "0x01");
        assertUnwritable(
                V3_1_1, new Unsuback(1, List.of(), null, ONE_USER_PROPERTY), "connect with MQTT 5");
    }
}
