package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertReads;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.BANNED;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ConnackCodecTest {

    private static final Connack.Properties NONE = Connack.Properties.NONE;

    @Test
    void a_bare_connack_has_these_bytes() throws Exception {
        assertBothWays(SERVER, V5, new Connack(true, SUCCESS, NONE), "20 03 01 00 00");
        assertBothWays(SERVER, V5, new Connack(false, BANNED, NONE), "20 03 00 8A 00");
        assertBothWays(SERVER, V3_1_1, new Connack(true, SUCCESS, NONE), "20 02 01 00");
    }

    @ParameterizedTest
    @CsvSource({
        "01, UNSUPPORTED_PROTOCOL_VERSION",
        "02, CLIENT_IDENTIFIER_NOT_VALID",
        "03, SERVER_UNAVAILABLE",
        "04, BAD_USER_NAME_OR_PASSWORD",
        "05, NOT_AUTHORIZED"
    })
    void a_return_code_of_3_1_1_is_the_reason_of_the_same_meaning(String code, ReasonCode reason)
            throws Exception {
        assertBothWays(SERVER, V3_1_1, new Connack(false, reason, NONE), "20 02 00 " + code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20 02 00 01", "20 03 00 01 00"})
    void a_broker_that_refuses_mqtt_5_with_the_return_code_of_3_1_1_is_understood(String packet)
            throws Exception {
        assertReads(SERVER, V5, packet, new Connack(false, UNSUPPORTED_PROTOCOL_VERSION, NONE));
    }

    @Test
    void every_property_has_its_identifier_and_type() throws Exception {
        var properties =
                new Connack.Properties(
                        0x01020304L,
                        0x0506,
                        Qos.AT_LEAST_ONCE,
                        false,
                        0x0708090AL,
                        "i",
                        0x0B0C,
                        "r",
                        Sample.USER_PROPERTIES.subList(0, 1),
                        true,
                        false,
                        true,
                        0x0D0E,
                        "n",
                        "s",
                        "m",
                        Bytes.utf8("d"));
        assertBothWays(
                SERVER,
                V5,
                new Connack(false, SUCCESS, properties),
                "20 3F 00 00 3C 11 01020304 21 0506 24 01 25 00 27 0708090A 12 0001'i' 22 0B0C"
                        + " 1F 0001'r' 26 0001'a' 0001'1' 28 01 29 00 2A 01 13 0D0E 1A 0001'n'"
                        + " 1C 0001's' 15 0001'm' 16 0001'd'");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                     | version | bytes                     | reason           | says
                    reserved flag              | V5      | 20 (02 00 00)             | MALFORMED_PACKET | reserved bit
                    reserved flag in 3.1.1     | V3_1_1  | 20 (80 00)                | MALFORMED_PACKET | reserved bit
                    session with refusal       | V5      | 20 (01 87 00)             | PROTOCOL_ERROR   | session present
                    session with refusal 3.1.1 | V3_1_1  | 20 (01 05)                | PROTOCOL_ERROR   | session present
                    a reason of DISCONNECT     | V5      | 20 (00 8E 00)             | PROTOCOL_ERROR   | 0x8E
                    a reason without name      | V5      | 20 (00 FF 00)             | PROTOCOL_ERROR   | 0xFF
                    return code 6              | V3_1_1  | 20 (00 06)                | PROTOCOL_ERROR   | 0x06
                    maximum QoS 2              | V5      | 20 (00 00 (24 02))        | PROTOCOL_ERROR   | maximum qos
                    receive maximum 0          | V5      | 20 (00 00 (21 0000))      | PROTOCOL_ERROR   | receive maximum
                    maximum packet size 0      | V5      | 20 (00 00 (27 00000000))  | PROTOCOL_ERROR   | maximum packet size
                    retain available 2         | V5      | 20 (00 00 (25 02))        | PROTOCOL_ERROR   | retain available
                    wildcard available 2       | V5      | 20 (00 00 (28 02))        | PROTOCOL_ERROR   | wildcard
                    identifiers available 2    | V5      | 20 (00 00 (29 02))        | PROTOCOL_ERROR   | subscription identifier
                    shared available 2         | V5      | 20 (00 00 (2A 02))        | PROTOCOL_ERROR   | shared
                    keep alive twice           | V5      | 20 (00 00 (13 0001 13 0001)) | PROTOCOL_ERROR | server keep alive
                    a property of CONNECT      | V5      | 20 (00 00 (17 01))        | MALFORMED_PACKET | request problem
                    property length is missing | V5      | 20 (00 00)                | MALFORMED_PACKET | property length
                    trailing byte              | V5      | 20 (00 00 00 00)          | MALFORMED_PACKET | followed by 1
                    trailing byte in 3.1.1     | V3_1_1  | 20 (00 00 00)             | MALFORMED_PACKET | followed by 1
                    reserved header flags      | V5      | 28 (00 00 00)             | MALFORMED_PACKET | reserved flags
                    """)
    void a_connack_against_the_rules_is_refused(
            String what, ProtocolVersion version, String bytes, ReasonCode reason, String says) {
        assertRefused(SERVER, version, bytes, reason, says);
    }

    @Test
    void only_a_server_sends_connack() {
        assertRefused(
                Sender.CLIENT, V5, "20 (00 00 00)", ReasonCode.PROTOCOL_ERROR, "from a client");
    }

    @Test
    void what_cannot_be_expressed_is_not_written() {
        assertUnwritable(V5, new Connack(true, NOT_AUTHORIZED, NONE), "session present");
        assertUnwritable(V5, new Connack(false, ReasonCode.SESSION_TAKEN_OVER, NONE), "0x8E");
        assertUnwritable(V3_1_1, new Connack(false, BANNED, NONE), "no return code for banned");
        assertUnwritable(V3_1_1, Sample.CONNACK_5, "connect with MQTT 5");
        var maximumQos2 =
                new Connack.Properties(
                        null,
                        null,
                        Qos.EXACTLY_ONCE,
                        null,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null);
        assertUnwritable(V5, new Connack(false, SUCCESS, maximumQos2), "maximum QoS");
    }
}
