package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.CONTINUE_AUTHENTICATION;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.RE_AUTHENTICATE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class AuthCodecTest {

    @Test
    void an_auth_has_these_bytes() throws Exception {
        assertBothWays(SERVER, V5, new Auth(SUCCESS, null, null, null, List.of()), "F0 00");
        assertBothWays(
                CLIENT,
                V5,
                new Auth(RE_AUTHENTICATE, "m", null, null, List.of()),
                "F0 06 19 04 15 0001'm'");
        assertBothWays(
                SERVER,
                V5,
                new Auth(
                        CONTINUE_AUTHENTICATION,
                        "m",
                        Bytes.utf8("d"),
                        "r",
                        Sample.USER_PROPERTIES.subList(0, 1)),
                "F0 15 18 13 15 0001'm' 16 0001'd' 1F 0001'r' 26 0001'a' 0001'1'");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                         | sender | version | bytes                              | reason           | says
                    in 3.1.1                       | SERVER | V3_1_1  | F0 ()                              | MALFORMED_PACKET | type 15 is reserved
                    header flags                   | SERVER | V5      | F2 ()                              | MALFORMED_PACKET | reserved flags
                    success from the client        | CLIENT | V5      | F0 ()                              | PROTOCOL_ERROR   | 0x00
                    re-authenticate by the server  | SERVER | V5      | F0 (19 (15 0001'm'))               | PROTOCOL_ERROR   | 0x19
                    a reason of CONNACK            | SERVER | V5      | F0 (87 (15 0001'm'))               | PROTOCOL_ERROR   | 0x87
                    method missing                 | SERVER | V5      | F0 (18 00)                         | PROTOCOL_ERROR   | authentication method
                    method twice                   | SERVER | V5      | F0 (18 (15 0001'm' 15 0001'm'))    | PROTOCOL_ERROR   | authentication method
                    a property of CONNECT          | SERVER | V5      | F0 (18 (15 0001'm' 17 01))         | MALFORMED_PACKET | request problem
                    property length missing        | SERVER | V5      | F0 (18)                            | MALFORMED_PACKET | property length
                    trailing byte                  | SERVER | V5      | F0 (18 (15 0001'm') 00)            | MALFORMED_PACKET | followed by 1
                    """)
    void an_auth_against_the_rules_is_refused(
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
        assertUnwritable(V3_1_1, Sample.AUTH, "connect with MQTT 5");
        assertUnwritable(
                V5, new Auth(CONTINUE_AUTHENTICATION, null, null, null, List.of()), "method");
        assertUnwritable(V5, new Auth(NOT_AUTHORIZED, "m", null, null, List.of()), "0x87");
    }
}
