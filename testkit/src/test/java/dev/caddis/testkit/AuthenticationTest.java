package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.Authenticator;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent.ConnectFailed;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ClientEvent.Reauthenticated;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// Enhanced authentication by a method of three words (MQTT 5.0 section 4.12).
class AuthenticationTest extends BrokerTest {

    private static final String METHOD = "THREE-WORDS";

    /// Says hello, answers `x` with `x!`, and believes who says "trust me".
    private static final class Words implements Authenticator {
        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Exchange begin() {
            return new Exchange() {
                @Override
                public Optional<byte[]> first() {
                    return Optional.of(bytes("hello"));
                }

                @Override
                public Optional<byte[]> answer(Optional<byte[]> challenge) {
                    return challenge.map(data -> bytes(text(data) + "!"));
                }

                @Override
                public void verify(Optional<byte[]> last) {
                    if (!last.map(Words::text).equals(Optional.of("trust me"))) {
                        throw new SecurityException("the broker does not prove who it is");
                    }
                }
            };
        }

        private static String text(byte[] data) {
            return new String(data, StandardCharsets.UTF_8);
        }

        private static byte[] bytes(String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static Auth auth(ReasonCode reason, String data) {
        return new Auth(reason, METHOD, Bytes.utf8(data), null, List.of());
    }

    private static Auth challenge(String data) {
        return auth(ReasonCode.CONTINUE_AUTHENTICATION, data);
    }

    private BrokerConnection authenticated() {
        BrokerConnection c = broker.accept();
        Connect.Properties said = c.expect(Connect.class).properties();
        assertThat(said.authenticationMethod()).isEqualTo(METHOD);
        assertThat(said.authenticationData()).isEqualTo(Bytes.utf8("hello"));
        c.send(challenge("who are you"));
        c.expect(challenge("who are you!")); // [MQTT-4.12.0-3] [MQTT-4.12.0-5]
        c.send(Packets.accepting().authentication(METHOD, "trust me").build());
        events.next(Connected.class);
        return c;
    }

    @Test
    void both_sides_prove_who_they_are_before_anything_else_is_said() {
        open(builder().authenticator(new Words()));
        authenticated();
    }

    @Test
    void a_broker_that_is_not_believed_gets_nothing() {
        open(builder().authenticator(new Words()));
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.send(Packets.accepting().authentication(METHOD, "believe me").build());
        c.expectClosed();
        ConnectFailed failed = events.next(ConnectFailed.class);
        assertThat(failed.reason().kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(failed.reason().sentence())
                .contains(METHOD)
                .contains("the broker does not prove who it is");
        authenticated();
    }

    @Test
    void an_answer_that_no_packet_can_carry_fails_the_attempt_and_not_the_client() {
        open(builder().authenticator(new Words()));
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.send(challenge("x".repeat(65_535))); // the answer is longer by one
        c.expectClosed();
        ConnectFailed failed = events.next(ConnectFailed.class);
        assertThat(failed.reason().kind()).isEqualTo(Kind.AUTHENTICATION);
        assertThat(failed.reason().sentence()).contains("65535");
        authenticated();
    }

    @Test
    void a_client_authenticates_anew_on_the_connection_that_stands() { // [MQTT-4.12.1-1]
        MqttClient client = open(builder().authenticator(new Words()));
        BrokerConnection c = authenticated();
        client.reauthenticate();
        c.expect(auth(ReasonCode.RE_AUTHENTICATE, "hello"));
        c.send(challenge("still you"));
        c.expect(challenge("still you!"));
        c.send(auth(ReasonCode.SUCCESS, "trust me"));
        events.next(Reauthenticated.class);
    }

    @Test
    void without_an_authenticator_nothing_is_authenticated_anew() { // [MQTT-4.12.0-7]
        MqttClient client = open(builder());
        acceptNew();
        assertThatThrownBy(client::reauthenticate)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("authenticator");
    }
}
