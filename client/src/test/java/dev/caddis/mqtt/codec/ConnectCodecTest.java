package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Will;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class ConnectCodecTest {

    private static final Connect.Properties NONE = Connect.Properties.NONE;

    @Test
    void a_bare_connect_has_these_bytes() throws Exception {
        assertBothWays(
                CLIENT, V5, Sample.connect(V5, "c1"), "10 0F 0004'MQTT' 05 02 003C 00 0002'c1'");
        assertBothWays(
                CLIENT,
                V3_1_1,
                Sample.connect(V3_1_1, "c1"),
                "10 0E 0004'MQTT' 04 02 003C 0002'c1'");
    }

    @Test
    void will_user_name_and_password_follow_in_this_order() throws Exception { // [MQTT-3.1.3-1]
        Will will = Sample.will("w", Qos.EXACTLY_ONCE, true);
        assertBothWays(
                CLIENT,
                V3_1_1,
                new Connect(V3_1_1, false, 10, "c", will, "u", Bytes.utf8("p"), NONE),
                "10 1C 0004'MQTT' 04 F4 000A 0001'c' 0001'w' 0004'gone' 0001'u' 0001'p'");
        assertBothWays(
                CLIENT,
                V5,
                new Connect(V5, false, 10, "c", will, null, Bytes.utf8("p"), NONE),
                "10 1B 0004'MQTT' 05 74 000A 00 0001'c' 00 0001'w' 0004'gone' 0001'p'");
    }

    @Test
    void every_property_has_its_identifier_and_type() throws Exception {
        var properties =
                new Connect.Properties(
                        0x01020304L,
                        0x0506,
                        0x0708090AL,
                        0x0B0C,
                        true,
                        false,
                        Sample.USER_PROPERTIES.subList(0, 1),
                        "m",
                        Bytes.utf8("d"));
        assertBothWays(
                CLIENT,
                V5,
                new Connect(V5, true, 0, "", null, null, null, properties),
                "10 30 0004'MQTT' 05 02 0000 23"
                        + " 11 01020304 21 0506 27 0708090A 22 0B0C 19 01 17 00"
                        + " 26 0001'a' 0001'1' 15 0001'm' 16 0001'd' 0000");
    }

    @Test
    void every_will_property_has_its_identifier_and_type() throws Exception {
        var will =
                new Will(
                        "w",
                        Bytes.EMPTY,
                        Qos.AT_MOST_ONCE,
                        false,
                        1L,
                        true,
                        2L,
                        "t",
                        "r",
                        Bytes.utf8("c"),
                        Sample.USER_PROPERTIES.subList(0, 1));
        assertBothWays(
                CLIENT,
                V5,
                new Connect(V5, false, 0, "", will, null, null, NONE),
                "10 32 0004'MQTT' 05 04 0000 00 0000 1F"
                        + " 18 00000001 01 01 02 00000002 03 0001't' 08 0001'r' 09 0001'c'"
                        + " 26 0001'a' 0001'1' 0001'w' 0000");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                     | bytes                                                       | reason                       | says
                    another protocol name      | 10 (0004'MQTX' 05 02 0000 00 0000)                          | UNSUPPORTED_PROTOCOL_VERSION | protocol name
                    MQTT 3.1                   | 10 (0006'MQIsdp' 03 02 0000 0001'c')                        | UNSUPPORTED_PROTOCOL_VERSION | protocol name
                    another version            | 10 (0004'MQTT' 06 02 0000 00 0000)                          | UNSUPPORTED_PROTOCOL_VERSION | is 6
                    reserved connect flag      | 10 (0004'MQTT' 05 03 0000 00 0000)                          | MALFORMED_PACKET             | reserved
                    will QoS without will      | 10 (0004'MQTT' 05 08 0000 00 0000)                          | MALFORMED_PACKET             | without a will
                    will retain without will   | 10 (0004'MQTT' 04 20 0000 0001'c')                          | MALFORMED_PACKET             | without a will
                    will QoS 3                 | 10 (0004'MQTT' 05 1C 0000 00 0000 00 0001'w' 0000)          | MALFORMED_PACKET             | will QoS 3
                    password alone in 3.1.1    | 10 (0004'MQTT' 04 42 0000 0001'c' 0001'p')                  | PROTOCOL_ERROR               | without a user name
                    empty id kept in 3.1.1     | 10 (0004'MQTT' 04 00 0000 0000)                             | CLIENT_IDENTIFIER_NOT_VALID  | client identifier
                    receive maximum 0          | 10 (0004'MQTT' 05 02 0000 (21 0000) 0000)                   | PROTOCOL_ERROR               | receive maximum is 0
                    maximum packet size 0      | 10 (0004'MQTT' 05 02 0000 (27 00000000) 0000)               | PROTOCOL_ERROR               | maximum packet size is 0
                    problem information 2      | 10 (0004'MQTT' 05 02 0000 (17 02) 0000)                     | PROTOCOL_ERROR               | request problem information
                    response information 2     | 10 (0004'MQTT' 05 02 0000 (19 02) 0000)                     | PROTOCOL_ERROR               | request response information
                    data without method        | 10 (0004'MQTT' 05 02 0000 (16 0000) 0000)                   | PROTOCOL_ERROR               | authentication data
                    session expiry twice       | 10 (0004'MQTT' 05 02 0000 (11 00000000 11 00000000) 0000)   | PROTOCOL_ERROR               | session expiry interval occurs
                    a property of PUBLISH      | 10 (0004'MQTT' 05 02 0000 (23 0001) 0000)                   | MALFORMED_PACKET             | topic alias
                    a property without name    | 10 (0004'MQTT' 05 02 0000 (2B 00) 0000)                     | MALFORMED_PACKET             | is 43
                    a property with long id    | 10 (0004'MQTT' 05 02 0000 (A1 00 0001) 0000)                | MALFORMED_PACKET             | more bytes than it needs
                    property cut by length     | 10 (0004'MQTT' 05 02 0000 (21 00) 0000)                     | MALFORMED_PACKET             | receive maximum
                    property length too long   | 10 (0004'MQTT' 05 02 0000 7F 0000)                          | MALFORMED_PACKET             | property length
                    a will without topic       | 10 (0004'MQTT' 05 06 0000 00 0000 00 0000 0000)             | PROTOCOL_ERROR               | will topic is empty
                    a will with wildcard       | 10 (0004'MQTT' 05 06 0000 00 0000 00 0002'w#' 0000)         | TOPIC_NAME_INVALID           | will topic
                    a will property of CONNECT | 10 (0004'MQTT' 05 06 0000 00 0000 (21 0001) 0001'w' 0000)   | MALFORMED_PACKET             | receive maximum
                    will format 2              | 10 (0004'MQTT' 05 06 0000 00 0000 (01 02) 0001'w' 0000)     | PROTOCOL_ERROR               | payload format indicator
                    will delay twice           | 10 (0004'MQTT' 05 06 0000 00 0000 (18 00000000 18 00000000) 0001'w' 0000) | PROTOCOL_ERROR | will delay interval
                    client id not UTF-8        | 10 (0004'MQTT' 05 02 0000 00 0001 FF)                       | MALFORMED_PACKET             | client identifier
                    user name with U+0000      | 10 (0004'MQTT' 05 82 0000 00 0000 0001 00)                  | MALFORMED_PACKET             | user name holds U+0000
                    password is missing        | 10 (0004'MQTT' 05 42 0000 00 0000)                          | MALFORMED_PACKET             | password
                    trailing byte              | 10 (0004'MQTT' 05 02 0000 00 0000 00)                       | MALFORMED_PACKET             | followed by 1
                    reserved header flags      | 11 (0004'MQTT' 05 02 0000 00 0000)                          | MALFORMED_PACKET             | reserved flags
                    """)
    void a_connect_against_the_rules_is_refused(
            String what, String bytes, ReasonCode reason, String says) {
        assertRefused(CLIENT, V5, bytes, reason, says);
    }

    @Test
    void only_a_client_sends_connect() {
        assertRefused(
                Sender.SERVER,
                V5,
                "10 (0004'MQTT' 05 02 0000 00 0000)",
                ReasonCode.PROTOCOL_ERROR,
                "never comes from a server");
    }

    @Test
    void what_only_mqtt_5_has_is_not_stripped_for_3_1_1() {
        var properties =
                new Connect.Properties(1L, null, null, null, null, null, List.of(), null, null);
        assertUnwritable(
                V3_1_1,
                new Connect(V3_1_1, true, 0, "c", null, null, null, properties),
                "connect with MQTT 5");
        assertUnwritable(
                V3_1_1,
                new Connect(V3_1_1, true, 0, "c", Sample.WILL_5, null, null, NONE),
                "will property");
        assertUnwritable(
                V3_1_1,
                new Connect(V3_1_1, true, 0, "c", null, null, Bytes.utf8("p"), NONE),
                "password without a user name");
        assertUnwritable(
                V3_1_1,
                new Connect(V3_1_1, false, 0, "", null, null, null, NONE),
                "empty client identifier");
        assertUnwritable(V3_1_1, Sample.connect(V5, "c"), "it says MQTT 5");
    }

    @Test
    void values_out_of_range_are_not_written() {
        assertUnwritable(
                V5, new Connect(V5, true, 65_536, "c", null, null, null, NONE), "keep alive");
        assertUnwritable(V5, Sample.connect(V5, "\0"), "client identifier holds U+0000");
        assertUnwritable(V5, withReceiveMaximum(0), "receive maximum is 0");
        assertUnwritable(V5, withReceiveMaximum(65_536), "receive maximum is 65536");
        assertUnwritable(
                V5,
                new Connect(
                        V5,
                        true,
                        0,
                        "c",
                        Sample.will("+", Qos.AT_MOST_ONCE, false),
                        null,
                        null,
                        NONE),
                "wildcard");
        assertUnwritable(
                V5,
                new Connect(V5, true, 0, "c", null, null, Bytes.wrap(new byte[65_536]), NONE),
                "password is 65536 bytes");
    }

    private static Connect withReceiveMaximum(int value) {
        var properties =
                new Connect.Properties(null, value, null, null, null, null, List.of(), null, null);
        return new Connect(V5, true, 0, "c", null, null, null, properties);
    }
}
