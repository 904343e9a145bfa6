package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent.ConnectFailed;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ClientEvent.GaveUp;
import dev.caddis.mqtt.event.ClientEvent.RetryingIn;
import dev.caddis.mqtt.event.ClientEvent.SessionTakenOver;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Never give up, never stampede (law 6).
class ReconnectTest extends BrokerTest {

    @Test
    void refused_connections_are_retried_at_the_pace_of_the_backoff() { // no tight loop
        broker.stopListening();
        Duration min = Duration.ofMillis(2);
        Duration max = Duration.ofMillis(16);
        long began = System.nanoTime();
        open(builder().reconnect(min, max));
        Duration paused = Duration.ZERO;
        Duration window = min;
        for (int attempt = 1; attempt <= 20; attempt++) {
            ConnectFailed failed = events.next(ConnectFailed.class);
            assertThat(failed.attempt()).isEqualTo(attempt);
            assertThat(failed.reason().kind()).isEqualTo(Kind.REFUSED);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThanOrEqualTo(paused);
            RetryingIn retrying = events.next(RetryingIn.class);
            assertThat(retrying.attempt()).isEqualTo(attempt + 1);
            assertThat(retrying.delay()).isBetween(Duration.ZERO, window);
            paused = paused.plus(retrying.delay());
            window = window.multipliedBy(2).compareTo(max) < 0 ? window.multipliedBy(2) : max;
        }
    }

    @Test
    void a_client_that_starts_before_its_broker_connects_and_delivers() { // F28
        broker.stopListening();
        MqttClient client = open(builder());
        Receipt receipt = client.publish(Message.of("data", "1").qos(AT_LEAST_ONCE));
        events.next(ConnectFailed.class);
        broker.listenAgain();
        BrokerConnection c = acceptNew();
        c.send(Packets.puback(c.expect(Publish.class)));
        receipt.awaitAcknowledged(SOON);
    }

    @Test
    void the_first_pauses_of_a_fleet_differ() { // F24
        broker.stopListening();
        Set<Duration> pauses = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            open(builder().reconnect(Duration.ofSeconds(20), Duration.ofSeconds(20)));
            pauses.add(events.next(RetryingIn.class).delay());
        }
        assertThat(pauses).hasSizeGreaterThan(15);
        assertThat(pauses).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(10)) < 0);
        assertThat(pauses).anyMatch(pause -> pause.compareTo(Duration.ofSeconds(10)) > 0);
    }

    @Test
    void two_clients_share_no_backoff_state() { // F26
        ScriptedBroker away = ScriptedBroker.listen();
        away.stopListening();
        Events others = new Events();
        open(builder().broker(away.url()).onEvent(others));
        for (int i = 0; i < 8; i++) {
            others.next(RetryingIn.class);
        }
        Events own = new Events();
        open(
                builder()
                        .broker(away.url())
                        .reconnect(Duration.ofMillis(1), Duration.ofHours(1))
                        .onEvent(own));
        RetryingIn first = own.next(RetryingIn.class);
        assertThat(first.attempt()).isEqualTo(2);
        assertThat(first.delay()).isLessThanOrEqualTo(Duration.ofMillis(1));
        away.close();
    }

    @Test
    void a_broker_that_accepts_and_kicks_is_backed_off_from() { // F24, F25
        open(builder());
        for (int attempt = 2; attempt <= 4; attempt++) {
            acceptNew().close();
            assertThat(events.next(Disconnected.class).reason().kind()).isEqualTo(Kind.CLOSED);
            assertThat(events.next(RetryingIn.class).attempt()).isEqualTo(attempt);
            broker.accept().reset();
            assertThat(events.next(RetryingIn.class).attempt()).isEqualTo(++attempt);
        }
        acceptNew().close();
        events.next(SessionTakenOver.class);
        RetryingIn patient = events.next(RetryingIn.class);
        assertThat(patient.attempt()).isEqualTo(6);
        assertThat(patient.delay()).isGreaterThan(Duration.ofMinutes(1));
    }

    @Test
    void a_stable_connection_makes_the_pauses_short_again() { // F24
        open(builder().stableAfter(Duration.ofNanos(1)));
        broker.accept().reset();
        broker.accept().reset();
        assertThat(events.next(RetryingIn.class).attempt()).isEqualTo(2);
        assertThat(events.next(RetryingIn.class).attempt()).isEqualTo(3);
        acceptNew().close();
        assertThat(events.next(RetryingIn.class).attempt()).isEqualTo(2);
    }

    @Test
    void a_lasting_refusal_waits_for_the_largest_window() {
        open(builder().reconnect(Duration.ofNanos(1), Duration.ofHours(1000)));
        BrokerConnection c = broker.accept();
        c.welcome(Packets.connack(false, ReasonCode.NOT_AUTHORIZED));
        c.expectEnd();
        assertThat(events.next(RetryingIn.class).delay()).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void an_attempt_limit_ends_the_attempts() {
        broker.stopListening();
        MqttClient client = open(builder().reconnectAttempts(3));
        Receipt receipt = client.publish(Message.of("data", "1").qos(AT_LEAST_ONCE));
        GaveUp gaveUp = events.next(GaveUp.class);
        assertThat(gaveUp.attempts()).isEqualTo(3);
        assertThat(gaveUp.last().kind()).isEqualTo(Kind.REFUSED);
        assertThat(events.untaken(ConnectFailed.class)).isEqualTo(3);
        assertThat(client.close(SOON)).isFalse();
        assertThat(receipt.acknowledged().toCompletableFuture())
                .failsWithin(SOON)
                .withThrowableThat()
                .withMessageContaining("closed");
    }

    @Test
    void a_DISCONNECT_of_the_broker_is_noticed_at_once_and_named() {
        open(builder());
        BrokerConnection c = acceptNew();
        c.send(Packets.disconnect(ReasonCode.SERVER_SHUTTING_DOWN));
        c.expectEnd();
        Disconnected over = events.next(Disconnected.class);
        assertThat(over.reason().kind()).isEqualTo(Kind.SERVER_DISCONNECT);
        assertThat(over.reason().sentence()).contains("server shutting down (0x8B)");
        acceptResumed();
    }
}
