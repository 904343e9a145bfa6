package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertReads;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.codec.Wire.hex;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static dev.caddis.mqtt.packet.ReasonCode.QUOTA_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.List;

class AcknowledgementCodecTest {

    @ParameterizedTest
    @EnumSource
    void a_plain_success_is_four_bytes_in_both_versions(ProtocolVersion version) throws Exception {
        assertBothWays(SERVER, version, new Puback(1, SUCCESS), "40 02 0001");
        assertBothWays(CLIENT, version, new Pubrec(0x1234, SUCCESS), "50 02 1234");
        assertBothWays(SERVER, version, new Pubrel(65_535, SUCCESS), "62 02 FFFF");
        assertBothWays(CLIENT, version, new Pubcomp(256, SUCCESS), "70 02 0100");
    }

    @Test
    void a_reason_without_properties_takes_one_byte_more() throws Exception {
        assertBothWays(SERVER, V5, new Puback(1, QUOTA_EXCEEDED), "40 03 0001 97");
        assertBothWays(CLIENT, V5, new Pubrec(1, NO_MATCHING_SUBSCRIBERS), "50 03 0001 10");
        assertBothWays(SERVER, V5, new Pubrel(1, PACKET_IDENTIFIER_NOT_FOUND), "62 03 0001 92");
        assertBothWays(CLIENT, V5, new Pubcomp(1, PACKET_IDENTIFIER_NOT_FOUND), "70 03 0001 92");
    }

    @Test
    void a_reason_string_and_user_properties_follow() throws Exception {
        assertBothWays(
                SERVER,
                V5,
                new Puback(1, SUCCESS, "r", Sample.USER_PROPERTIES.subList(0, 1)),
                "40 0F 0001 00 0B 1F 0001'r' 26 0001'a' 0001'1'");
    }

    @Test
    void the_longer_forms_of_a_success_are_read_too() throws Exception {
        assertReads(SERVER, V5, "40 03 0001 00", new Puback(1, SUCCESS));
        assertReads(SERVER, V5, "62 04 0001 00 00", new Pubrel(1, SUCCESS));
    }

    @Test
    void in_3_1_1_only_the_identifier_is_written() {
        var refusal = new Pubrec(7, NOT_AUTHORIZED, "no", List.of());
        assertThat(written(V3_1_1, refusal)).isEqualTo(hex("50 02 0007"));
        assertUnwritable(
                V3_1_1,
                new Puback(1, SUCCESS, null, Sample.USER_PROPERTIES),
                "connect with MQTT 5");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                    | version | bytes                                | reason           | says
                    identifier 0              | V5      | 40 (0000)                            | PROTOCOL_ERROR   | PUBACK: packet identifier is 0
                    identifier 0 in 3.1.1     | V3_1_1  | 50 (0000)                            | PROTOCOL_ERROR   | PUBREC: packet identifier is 0
                    identifier cut            | V5      | 62 (01)                              | MALFORMED_PACKET | PUBREL: packet identifier
                    nothing at all            | V3_1_1  | 70 ()                                | MALFORMED_PACKET | PUBCOMP: packet identifier
                    reason in 3.1.1           | V3_1_1  | 40 (0001 00)                         | MALFORMED_PACKET | followed by 1
                    a reason of SUBACK        | V5      | 40 (0001 01)                         | PROTOCOL_ERROR   | 0x01
                    a reason without name     | V5      | 50 (0001 7F)                         | PROTOCOL_ERROR   | 0x7F
                    a reason of PUBACK        | V5      | 62 (0001 10)                         | PROTOCOL_ERROR   | 0x10
                    a reason of PUBREC        | V5      | 70 (0001 97)                         | PROTOCOL_ERROR   | 0x97
                    a reason of PUBREL        | V5      | 40 (0001 92)                         | PROTOCOL_ERROR   | 0x92
                    reason string twice       | V5      | 40 (0001 00 (1F 0001'a' 1F 0001'a')) | PROTOCOL_ERROR   | reason string
                    a property of PUBLISH     | V5      | 40 (0001 00 (01 01))                 | MALFORMED_PACKET | payload format
                    property length lies      | V5      | 40 (0001 00 05)                      | MALFORMED_PACKET | property length
                    trailing byte             | V5      | 40 (0001 00 00 00)                   | MALFORMED_PACKET | followed by 1
                    PUBACK flags              | V5      | 42 (0001)                            | MALFORMED_PACKET | reserved flags
                    PUBREC flags              | V3_1_1  | 51 (0001)                            | MALFORMED_PACKET | reserved flags
                    PUBREL flags              | V5      | 60 (0001)                            | MALFORMED_PACKET | reserved flags
                    PUBCOMP flags             | V5      | 78 (0001)                            | MALFORMED_PACKET | reserved flags
                    """)
    void an_acknowledgement_against_the_rules_is_refused(
            String what, ProtocolVersion version, String bytes, ReasonCode reason, String says) {
        assertRefused(SERVER, version, bytes, reason, says);
    }

    @Test
    void what_the_other_side_would_refuse_is_not_written() {
        assertUnwritable(V5, new Puback(0, SUCCESS), "packet identifier is 0");
        assertUnwritable(V3_1_1, new Pubrel(65_536, SUCCESS), "packet identifier is 65536");
        assertUnwritable(V5, new Pubrel(1, QUOTA_EXCEEDED), "PUBREL");
        assertUnwritable(V5, new Puback(1, PACKET_IDENTIFIER_NOT_FOUND), "0x92");
        assertUnwritable(
                V5, new Pubcomp(1, SUCCESS, "\0", List.of()), "reason string holds U+0000");
    }
}
