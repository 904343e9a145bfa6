package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.assertBothWays;
import static dev.caddis.mqtt.codec.Wire.assertReads;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.DISCONNECT_WITH_WILL;
import static dev.caddis.mqtt.packet.ReasonCode.PROTOCOL_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_MOVED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.List;

class DisconnectCodecTest {

    @Test
    void a_disconnect_takes_no_more_bytes_than_it_says() throws Exception {
        assertBothWays(CLIENT, V5, new Disconnect(SUCCESS), "E0 00");
        assertBothWays(CLIENT, V3_1_1, new Disconnect(SUCCESS), "E0 00");
        assertBothWays(CLIENT, V5, new Disconnect(DISCONNECT_WITH_WILL), "E0 01 04");
        assertBothWays(SERVER, V5, new Disconnect(PROTOCOL_ERROR), "E0 01 82");
        assertBothWays(
                CLIENT,
                V5,
                new Disconnect(SUCCESS, 0x01020304L, null, List.of(), null),
                "E0 07 00 05 11 01020304");
        assertBothWays(
                SERVER,
                V5,
                new Disconnect(SERVER_MOVED, null, "r", Sample.USER_PROPERTIES.subList(0, 1), "s"),
                "E0 11 9D 0F 1F 0001'r' 26 0001'a' 0001'1' 1C 0001's'");
    }

    @Test
    void the_longer_forms_are_read_too() throws Exception {
        assertReads(SERVER, V5, "E0 01 00", new Disconnect(SUCCESS));
        assertReads(SERVER, V5, "E0 02 82 00", new Disconnect(PROTOCOL_ERROR));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    # what                       | sender | version | bytes                                | reason           | says
                    from a server in 3.1.1       | SERVER | V3_1_1  | E0 ()                                | PROTOCOL_ERROR   | never comes from a server
                    a reason in 3.1.1            | CLIENT | V3_1_1  | E0 (00)                              | MALFORMED_PACKET | followed by 1
                    header flags                 | CLIENT | V5      | E1 ()                                | MALFORMED_PACKET | reserved flags
                    a reason of CONNACK          | SERVER | V5      | E0 (8A)                              | PROTOCOL_ERROR   | 0x8A
                    a reason without name        | SERVER | V5      | E0 (05)                              | PROTOCOL_ERROR   | 0x05
                    will asked for by the server | SERVER | V5      | E0 (04)                              | PROTOCOL_ERROR   | 0x04
                    expiry from the server       | SERVER | V5      | E0 (00 (11 00000000))                | PROTOCOL_ERROR   | session expiry interval
                    expiry twice                 | CLIENT | V5      | E0 (00 (11 00000000 11 00000000))    | PROTOCOL_ERROR   | occurs more than once
                    server reference twice       | SERVER | V5      | E0 (9D (1C 0001's' 1C 0001's'))      | PROTOCOL_ERROR   | server reference
                    a property of CONNECT        | CLIENT | V5      | E0 (00 (21 0001))                    | MALFORMED_PACKET | receive maximum
                    property length lies         | SERVER | V5      | E0 (00 01)                           | MALFORMED_PACKET | property length
                    trailing byte                | SERVER | V5      | E0 (00 00 00)                        | MALFORMED_PACKET | followed by 1
                    """)
    void a_disconnect_against_the_rules_is_refused(
            String what,
            Sender sender,
            ProtocolVersion version,
            String bytes,
            ReasonCode reason,
            String says) {
        assertRefused(sender, version, bytes, reason, says);
    }

    @Test
    void a_3_1_1_disconnect_never_drops_its_reason() {
        assertUnwritable(V3_1_1, new Disconnect(DISCONNECT_WITH_WILL), "close the connection");
        assertUnwritable(
                V3_1_1, new Disconnect(SUCCESS, 0L, null, List.of(), null), "close the connection");
        assertUnwritable(V5, new Disconnect(ReasonCode.BANNED), "0x8A");
        assertUnwritable(
                V5,
                new Disconnect(SUCCESS, 4_294_967_296L, null, List.of(), null),
                "session expiry interval");
    }
}
