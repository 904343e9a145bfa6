package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertReads;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class PublishCodecTest {

    @Test
    void a_publish_without_properties_has_these_bytes() throws Exception {
        assertBothWays(
                CLIENT,
                V5,
                Sample.publish("a/b", "hi", AT_MOST_ONCE, 0),
                "30 08 0003'a/b' 00 'hi'");
        assertBothWays(
                SERVER,
                V5,
                Sample.publish("a/b", "hi", AT_LEAST_ONCE, 10),
                "32 0A 0003'a/b' 000A 00 'hi'");
        assertBothWays(
                SERVER,
                V3_1_1,
                Sample.publish("a/b", "", EXACTLY_ONCE, 0xFFFE),
                "34 07 0003'a/b' FFFE");
        assertBothWays(
                CLIENT,
                V3_1_1,
                Sample.publish("a/b", "hi", AT_MOST_ONCE, 0),
                "30 07 0003'a/b' 'hi'");
    }

    @Test
    void dup_and_retain_stand_in_the_first_byte() throws Exception {
        var publish =
                new Publish("a", Bytes.EMPTY, EXACTLY_ONCE, true, true, 1, Publish.Properties.NONE);
        assertBothWays(CLIENT, V5, publish, "3D 06 0001'a' 0001 00");
        assertBothWays(CLIENT, V3_1_1, publish, "3D 05 0001'a' 0001");
    }

    @Test
    void every_property_has_its_identifier_and_type() throws Exception {
        var properties =
                new Publish.Properties(
                        true,
                        0x01020304L,
                        0x0506,
                        "r",
                        Bytes.utf8("c"),
                        Sample.USER_PROPERTIES.subList(0, 1),
                        List.of(128, 1),
                        "t");
        assertBothWays(
                SERVER,
                V5,
                new Publish("a", Bytes.utf8("x"), AT_MOST_ONCE, false, false, 0, properties),
                "30 27 0001'a' 22 01 01 02 01020304 23 0506 08 0001'r' 09 0001'c'"
                        + " 26 0001'a' 0001'1' 0B 8001 0B 01 03 0001't' 'x'");
    }

    @Test
    void an_alias_stands_for_an_empty_topic() throws Exception {
        assertBothWays(CLIENT, V5, withAlias("", 1), "30 06 0000 03 23 0001");
    }

    @Test
    void lengths_and_text_beyond_ascii_are_exact() throws Exception {
        assertBothWays(
                CLIENT,
                V3_1_1,
                Sample.publish("ä€\uD83D\uDE00", "", AT_MOST_ONCE, 0),
                "30 0B 0009 C3A4 E282AC F09F9880");
        for (int payload : new int[] {124, 125, 16_380, 16_381, 2_097_148, 2_097_149}) {
            String x = "x".repeat(payload);
            assertBothWays(
                    CLIENT,
                    V3_1_1,
                    Sample.publish("t", x, AT_MOST_ONCE, 0),
                    "30 (0001't' '" + x + "')");
        }
    }

    @Test
    void a_byte_order_mark_is_kept() throws Exception { // [MQTT-1.5.4-3]
        assertBothWays(
                CLIENT,
                V3_1_1,
                Sample.publish("\uFEFFa", "", AT_MOST_ONCE, 0),
                "30 06 0004 EFBBBF 61");
    }

    @Test
    void a_format_indicator_of_0_is_the_same_as_none() throws Exception {
        assertReads(CLIENT, V5, "30 (0001'a' (01 00))", Sample.publish("a", "", AT_MOST_ONCE, 0));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                   | sender | version | bytes                                  | reason              | says
                    QoS 3                    | SERVER | V5      | 36 (0001'a' 0001 00)                   | MALFORMED_PACKET    | QoS is 3
                    QoS 3 in 3.1.1           | SERVER | V3_1_1  | 3E (0001'a' 0001)                      | MALFORMED_PACKET    | QoS is 3
                    DUP with QoS 0           | SERVER | V5      | 38 (0001'a' 00)                        | PROTOCOL_ERROR      | DUP
                    DUP with QoS 0 in 3.1.1  | CLIENT | V3_1_1  | 39 (0001'a')                           | PROTOCOL_ERROR      | DUP
                    packet identifier 0      | SERVER | V5      | 32 (0001'a' 0000 00)                   | PROTOCOL_ERROR      | packet identifier is 0
                    identifier 0 in 3.1.1    | SERVER | V3_1_1  | 34 (0001'a' 0000)                      | PROTOCOL_ERROR      | packet identifier is 0
                    identifier is missing    | SERVER | V3_1_1  | 32 (0001'a')                           | MALFORMED_PACKET    | packet identifier
                    empty topic              | SERVER | V5      | 30 (0000 00)                           | PROTOCOL_ERROR      | no topic alias
                    empty topic with others  | SERVER | V5      | 30 (0000 (01 01))                      | PROTOCOL_ERROR      | no topic alias
                    empty topic in 3.1.1     | SERVER | V3_1_1  | 30 (0000)                              | PROTOCOL_ERROR      | topic name is empty
                    # in the topic           | SERVER | V5      | 30 (0003'a/#' 00)                      | TOPIC_NAME_INVALID  | wildcard
                    + in the topic           | SERVER | V3_1_1  | 30 (0003'a/+')                         | TOPIC_NAME_INVALID  | wildcard
                    topic longer than packet | SERVER | V5      | 30 (0005'a' 00)                        | MALFORMED_PACKET    | topic name announces 5 bytes
                    topic alias 0            | SERVER | V5      | 30 (0001'a' (23 0000))                 | TOPIC_ALIAS_INVALID | topic alias is 0
                    topic alias twice        | SERVER | V5      | 30 (0001'a' (23 0001 23 0001))         | PROTOCOL_ERROR      | topic alias occurs
                    format indicator 2       | SERVER | V5      | 30 (0001'a' (01 02))                   | PROTOCOL_ERROR      | payload format indicator
                    format indicator twice   | SERVER | V5      | 30 (0001'a' (01 00 01 00))             | PROTOCOL_ERROR      | payload format indicator
                    expiry twice             | SERVER | V5      | 30 (0001'a' (02 00000001 02 00000001)) | PROTOCOL_ERROR      | message expiry interval
                    content type twice       | SERVER | V5      | 30 (0001'a' (03 0000 03 0000))         | PROTOCOL_ERROR      | content type
                    correlation data twice   | SERVER | V5      | 30 (0001'a' (09 0000 09 0000))         | PROTOCOL_ERROR      | correlation data
                    response topic twice     | SERVER | V5      | 30 (0001'a' (08 0001'r' 08 0001'r'))   | PROTOCOL_ERROR      | response topic
                    wildcard response topic  | SERVER | V5      | 30 (0001'a' (08 0001'+'))              | TOPIC_NAME_INVALID  | response topic
                    empty response topic     | SERVER | V5      | 30 (0001'a' (08 0000))                 | PROTOCOL_ERROR      | response topic
                    subscription 0           | SERVER | V5      | 30 (0001'a' (0B 00))                   | PROTOCOL_ERROR      | subscription identifier is 0
                    subscription from client | CLIENT | V5      | 30 (0001'a' (0B 01))                   | PROTOCOL_ERROR      | never comes from a client
                    subscription, 5 bytes    | SERVER | V5      | 30 (0001'a' (0B FFFFFFFF01))           | MALFORMED_PACKET    | more than four bytes
                    subscription, padded     | SERVER | V5      | 30 (0001'a' (0B 8100))                 | MALFORMED_PACKET    | more bytes than it needs
                    a property of CONNACK    | SERVER | V5      | 30 (0001'a' (13 0001))                 | MALFORMED_PACKET    | server keep alive
                    property length lies     | SERVER | V5      | 30 (0001'a' 05 'hi')                   | MALFORMED_PACKET    | property length announces
                    property length is gone  | SERVER | V5      | 30 (0001'a')                           | MALFORMED_PACKET    | property length
                    user property cut        | SERVER | V5      | 30 (0001'a' (26 0001'a' 0005'b') 'hi!!') | MALFORMED_PACKET  | user property
                    U+0000 in the topic      | SERVER | V5      | 30 (0002 6100 00)                      | MALFORMED_PACKET    | U+0000 at byte 1
                    a surrogate              | SERVER | V5      | 30 (0003 EDA080 00)                    | MALFORMED_PACKET    | not UTF-8 at byte 0
                    a low surrogate          | SERVER | V5      | 30 (0003 EDBFBF 00)                    | MALFORMED_PACKET    | not UTF-8
                    overlong two bytes       | SERVER | V5      | 30 (0002 C1BF 00)                      | MALFORMED_PACKET    | not UTF-8
                    overlong U+0000          | SERVER | V5      | 30 (0002 C080 00)                      | MALFORMED_PACKET    | not UTF-8
                    overlong three bytes     | SERVER | V5      | 30 (0003 E09FBF 00)                    | MALFORMED_PACKET    | not UTF-8
                    overlong four bytes      | SERVER | V5      | 30 (0004 F08FBFBF 00)                  | MALFORMED_PACKET    | not UTF-8
                    above U+10FFFF           | SERVER | V5      | 30 (0004 F4908080 00)                  | MALFORMED_PACKET    | not UTF-8
                    byte F5                  | SERVER | V5      | 30 (0004 F5808080 00)                  | MALFORMED_PACKET    | not UTF-8
                    lone continuation        | SERVER | V5      | 30 (0002 6180 00)                      | MALFORMED_PACKET    | not UTF-8 at byte 1
                    sequence cut by length   | SERVER | V5      | 30 (0002 E282 AC 00)                   | MALFORMED_PACKET    | not UTF-8
                    wrong third byte         | SERVER | V5      | 30 (0003 E28241 00)                    | MALFORMED_PACKET    | not UTF-8
                    user property value      | SERVER | V5      | 30 (0001'a' (26 0001'a' 0001 FF))      | MALFORMED_PACKET    | user property
                    """)
    void a_publish_against_the_rules_is_refused(
            String what,
            Sender sender,
            ProtocolVersion version,
            String bytes,
            ReasonCode reason,
            String says) {
        assertRefused(sender, version, bytes, reason, says);
    }

    @Test
    void the_last_code_points_of_each_length_are_text() throws Exception {
        String topic = "\u007F\u0080\u07FF\u0800\uD7FF\uE000\uFFFF\uD800\uDC00\uDBFF\uDFFF";
        assertBothWays(
                CLIENT,
                V3_1_1,
                Sample.publish(topic, "", AT_MOST_ONCE, 0),
                "30 1B 0019 7F C280 DFBF E0A080 ED9FBF EE8080 EFBFBF F0908080 F48FBFBF");
    }

    @Test
    void what_only_mqtt_5_has_is_not_stripped_for_3_1_1() {
        assertUnwritable(V3_1_1, Sample.PUBLISH_5, "connect with MQTT 5");
        assertUnwritable(V3_1_1, withAlias("a", 1), "connect with MQTT 5");
        assertUnwritable(V3_1_1, Sample.publish("", "", AT_MOST_ONCE, 0), "topic name is empty");
    }

    @Test
    void what_the_other_side_would_refuse_is_not_written() {
        assertUnwritable(V5, Sample.publish("a/#", "", AT_MOST_ONCE, 0), "wildcard");
        assertUnwritable(V5, Sample.publish("", "", AT_MOST_ONCE, 0), "topic alias");
        assertUnwritable(V5, Sample.publish("a\0", "", AT_MOST_ONCE, 0), "U+0000 at index 1");
        assertUnwritable(V5, Sample.publish("a\uD800", "", AT_MOST_ONCE, 0), "surrogate");
        assertUnwritable(V5, Sample.publish("\uDC00a", "", AT_MOST_ONCE, 0), "surrogate");
        assertUnwritable(V5, Sample.publish("a".repeat(65_536), "", AT_MOST_ONCE, 0), "65536");
        assertUnwritable(V5, Sample.publish("a", "", AT_LEAST_ONCE, 0), "packet identifier is 0");
        assertUnwritable(V5, Sample.publish("a", "", AT_LEAST_ONCE, 65_536), "65536");
        assertUnwritable(V5, Sample.publish("a", "", AT_MOST_ONCE, 1), "packet identifier is 1");
        assertUnwritable(V5, Sample.publish("a", "", AT_MOST_ONCE, 0).withDelivery(0, true), "DUP");
        assertUnwritable(V5, withAlias("a", 0), "topic alias is 0");
        assertUnwritable(V5, withAlias("a", 65_536), "topic alias is 65536");
        assertUnwritable(V5, with(null, -1L, List.of()), "message expiry interval is -1");
        assertUnwritable(V5, with("+", null, List.of()), "response topic holds a wildcard");
        assertUnwritable(V5, with(null, null, List.of(0)), "subscription identifier is 0");
        assertUnwritable(
                V5, with(null, null, List.of(268_435_456)), "subscription identifier is 268435456");
    }

    private static Publish withAlias(String topic, int alias) {
        var properties =
                new Publish.Properties(false, null, alias, null, null, List.of(), List.of(), null);
        return Sample.publish(topic, properties);
    }

    private static Publish with(
            @Nullable String responseTopic, @Nullable Long expiry, List<Integer> subscriptions) {
        var properties =
                new Publish.Properties(
                        false, expiry, null, responseTopic, null, List.of(), subscriptions, null);
        return Sample.publish("a", properties);
    }
}
