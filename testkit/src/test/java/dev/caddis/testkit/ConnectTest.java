package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.event.ClientEvent.ConnectFailed;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ClientEvent.RetryingIn;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// From the first byte to CONNACK.
class ConnectTest extends BrokerTest {

    private MqttClientBuilder withEverything() {
        return builder()
                .keepAlive(Duration.ofSeconds(30))
                .userName("u")
                .password(() -> "p".getBytes(UTF_8));
    }

    private static Message gone() {
        return Message.of("pump/state", "gone").qos(EXACTLY_ONCE).retained();
    }

    @Test
    void connect_of_MQTT_5_has_exactly_these_bytes_at_every_attempt() { // F05
        open(
                withEverything()
                        .connectUserProperty("site", "north")
                        .willDelay(Duration.ofSeconds(5))
                        .will(
                                gone().contentType("text/plain")
                                        .utf8()
                                        .expiry(Duration.ofSeconds(60))
                                        .responseTopic("r")
                                        .correlationData(Bytes.wrap(new byte[] {1, 2}))
                                        .userProperty("k", "v")));
        String connect =
                "10 71 0004 4D515454 05 F6 001E"
                        + "1B 11 00000E10 21 03E8 27 01000000 26 0004 73697465 0005 6E6F727468"
                        + "0007 70756D702D3137"
                        + "29 18 00000005 01 01 02 0000003C 03 000A 746578742F706C61696E"
                        + "08 0001 72 09 0002 0102 26 0001 6B 0001 76"
                        + "000A 70756D702F7374617465 0004 676F6E65"
                        + "0001 75 0001 70";
        for (int attempt = 0; attempt < 3; attempt++) {
            BrokerConnection c = broker.accept();
            c.expectBytes(connect);
            c.reset();
        }
    }

    @Test
    void connect_of_3_1_1_clears_the_session_without_a_will_and_then_begins_one() {
        open(withEverything().version(ProtocolVersion.V3_1_1).will(gone()));
        BrokerConnection clearing = broker.accept();
        clearing.expectBytes("10 19 0004 4D515454 04 C2 001E 0007 70756D702D3137 0001 75 0001 70");
        clearing.sendBytes("20 02 00 00");
        clearing.expectBytes("E0 00");
        clearing.expectClosed();

        BrokerConnection c = broker.accept();
        c.expectBytes(
                "10 2B 0004 4D515454 04 F4 001E 0007 70756D702D3137"
                        + "000A 70756D702F7374617465 0004 676F6E65 0001 75 0001 70");
        c.sendBytes("20 02 00 00");
        assertThat(events.next(Connected.class).version()).isEqualTo(ProtocolVersion.V3_1_1);
    }

    @Test
    void a_will_delay_without_a_will_is_refused_by_open() {
        assertThatThrownBy(() -> open(builder().willDelay(Duration.ofSeconds(5))))
                .isInstanceOf(OpenException.class)
                .hasMessageContainingAll("will delay is PT5S", "no will", "will(MESSAGE)");
        open(builder().willDelay(Duration.ZERO)); // the default, said aloud
    }

    @Test
    void connect_of_3_1_1_leaves_out_what_it_has_no_place_for() {
        open(
                builder()
                        .version(ProtocolVersion.V3_1_1)
                        .connectUserProperty("site", "north")
                        .requestResponseInformation());
        BrokerConnection clearing = broker.accept();
        clearing.expectBytes("10 13 0004 4D515454 04 02 003C 0007 70756D702D3137");
    }

    @Test
    void nothing_is_sent_before_CONNACK() {
        MqttClient client = open(builder().subscribe("commands/#", AT_LEAST_ONCE, delivery -> {}));
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        client.publish(Message.of("data", "1").qos(AT_LEAST_ONCE)); // accepted, and not sent
        c.expectNothingFor(Duration.ofMillis(50));
        c.send(Packets.connack(false, ReasonCode.SUCCESS));
        c.expect(Subscribe.class);
        c.expect(Publish.class);
    }

    @Test
    void the_password_is_read_at_each_attempt() { // F27
        AtomicInteger reads = new AtomicInteger();
        open(
                builder()
                        .userName("u")
                        .password(() -> ("token-" + reads.incrementAndGet()).getBytes(UTF_8)));
        for (int attempt = 1; attempt <= 3; attempt++) {
            BrokerConnection c = broker.accept();
            assertThat(c.expect(Connect.class).password())
                    .isEqualTo(Bytes.utf8("token-" + attempt));
            c.send(Packets.connack(false, ReasonCode.SERVER_BUSY));
            c.expectEnd();
        }
    }

    @Test
    void a_password_that_cannot_be_read_fails_the_attempt_and_is_read_again() { // F27
        AtomicInteger reads = new AtomicInteger();
        open(
                builder()
                        .userName("u")
                        .password(() -> {
                            if (reads.incrementAndGet() == 1) {
                                throw new IOException("token file is missing");
                            }
                            return new byte[] {'p'};
                        }));
        assertThat(events.next(ConnectFailed.class).reason().sentence())
                .contains("password", "token file is missing");
        acceptNew();
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "UNSPECIFIED_ERROR",
                "MALFORMED_PACKET",
                "PROTOCOL_ERROR",
                "IMPLEMENTATION_SPECIFIC_ERROR",
                "UNSUPPORTED_PROTOCOL_VERSION",
                "CLIENT_IDENTIFIER_NOT_VALID",
                "BAD_USER_NAME_OR_PASSWORD",
                "NOT_AUTHORIZED",
                "SERVER_UNAVAILABLE",
                "SERVER_BUSY",
                "BANNED",
                "BAD_AUTHENTICATION_METHOD",
                "TOPIC_NAME_INVALID",
                "PACKET_TOO_LARGE",
                "QUOTA_EXCEEDED",
                "PAYLOAD_FORMAT_INVALID",
                "RETAIN_NOT_SUPPORTED",
                "QOS_NOT_SUPPORTED",
                "USE_ANOTHER_SERVER",
                "SERVER_MOVED",
                "CONNECTION_RATE_EXCEEDED"
            })
    void each_refusal_of_MQTT_5_is_named_and_retried(ReasonCode reason) {
        open(builder());
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.send(Packets.accepting().reason(reason, "because of a test").build());
        c.expectEnd();
        assertRefusal(reason.toString(), "because of a test");
        acceptNew();
    }

    @ParameterizedTest
    @CsvSource({"1, 0x84", "2, 0x85", "3, 0x88", "4, 0x86", "5, 0x87"})
    void each_refusal_of_3_1_1_is_named_and_retried(int code, String name) {
        open(builder().version(ProtocolVersion.V3_1_1));
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.sendBytes("20 02 00 0" + code);
        c.expectEnd();
        assertRefusal(name);
        acceptNew311();
    }

    private void assertRefusal(String... named) {
        ConnectionFailure failure = events.next(ConnectFailed.class).reason();
        assertThat(failure.kind()).isEqualTo(Kind.CONNECT_REFUSED);
        assertThat(failure.sentence()).contains(named);
        assertThat(events.next(RetryingIn.class).attempt()).isGreaterThan(1);
    }

    @Test
    void no_CONNACK_five_times_then_one() { // F19
        open(builder().connackTimeout(Duration.ofMillis(300)));
        for (int attempt = 1; attempt <= 5; attempt++) {
            BrokerConnection silent = broker.accept();
            silent.expect(Connect.class);
            silent.expectEnd();
            ConnectFailed failed = events.next(ConnectFailed.class);
            assertThat(failed.attempt()).isEqualTo(attempt);
            assertThat(failed.reason().kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failed.reason().sentence()).contains("CONNECT", "300 ms");
        }
        acceptNew();
    }

    @Test
    void a_handshake_that_never_ends_has_a_deadline() { // F19
        open(
                builder()
                        .broker("mqtts://localhost:" + broker.port())
                        .handshakeTimeout(Duration.ofMillis(50)));
        broker.acceptStalled();
        ConnectionFailure failure = events.next(ConnectFailed.class).reason();
        assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(failure.sentence()).contains("TLS handshake", "50 ms");
        broker.acceptStalled(); // and it is tried again
    }

    @ParameterizedTest
    @CsvSource({"D0 00", "40 02 00 01", "30 03 00 01 61", "F0 00"})
    void a_first_packet_other_than_CONNACK_ends_the_attempt(String first) {
        open(builder());
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.sendBytes(first);
        c.expectEnd();
        assertThat(events.next(ConnectFailed.class).reason().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
        acceptNew();
    }

    @Test
    void clean_start_answered_with_session_present_is_closed() { // F04, [MQTT-3.2.2-4]
        open(builder());
        BrokerConnection c = broker.accept();
        assertThat(c.expect(Connect.class).cleanStart()).isTrue();
        c.send(Packets.connack(true, ReasonCode.SUCCESS));
        c.expectEnd();
        assertThat(events.next(ConnectFailed.class).reason().sentence())
                .contains("session present");
        acceptNew();
    }

    @Test
    void a_second_CONNACK_is_a_protocol_error() {
        open(builder());
        BrokerConnection c = acceptNew();
        c.send(Packets.connack(false, ReasonCode.SUCCESS));
        c.expect(Packets.disconnect(ReasonCode.PROTOCOL_ERROR));
        c.expectClosed();
        assertThat(events.next(Disconnected.class).reason().kind()).isEqualTo(Kind.PROTOCOL_ERROR);
    }
}
