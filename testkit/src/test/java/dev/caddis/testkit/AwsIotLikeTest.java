package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.DeadlineException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageDroppedException;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.Subscription;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ClientEvent.RetryingIn;
import dev.caddis.mqtt.event.ClientEvent.SessionTakenOver;
import dev.caddis.mqtt.event.ClientEvent.Subscribed;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import javax.net.ssl.SSLParameters;

/// What the library makes of an endpoint like AWS IoT Core.
class AwsIotLikeTest extends BrokerTest {

    private static final int RATHER_MANY_ATTEMPTS = 200;

    private final AwsIotLike endpoint = new AwsIotLike(broker);

    /// As the library is by itself: aliases and subscription identifiers where the broker has them.
    private MqttClientBuilder device() {
        return builder().topicAliases(64, 64).subscriptionIdentifiers(true);
    }

    private BrokerConnection accept() {
        BrokerConnection c = endpoint.accept();
        events.next(Connected.class);
        return c;
    }

    private static Message message(Qos qos, String text) {
        return Message.of("pump-17/data", text).qos(qos);
    }

    private static Message one(String text) {
        return message(AT_LEAST_ONCE, text);
    }

    private static List<Receipt> submit(MqttClient client, int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> client.submit(one("" + i))).toList();
    }

    private static String[] numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(String::valueOf).toArray(String[]::new);
    }

    /// What was served, as payloads; `again` behind those that were sent again.
    private static List<String> payloads(List<Packet> served) {
        return served.stream()
                .map(packet -> (Publish) packet)
                .map(publish -> publish.payload().asUtf8() + (publish.dup() ? " again" : ""))
                .toList();
    }

    private void expectUnanswered(String patience) {
        Disconnected over = events.next(Disconnected.class);
        assertThat(over.reason().kind()).isEqualTo(Kind.UNANSWERED);
        assertThat(over.reason().sentence()).contains("for " + patience);
    }

    @Test
    void the_protocol_name_of_port_443_is_picked_and_messages_go(@TempDir Path folder)
            throws Exception {
        TestCertificates server = TestCertificates.create(folder, "localhost");
        TestCertificates pump = TestCertificates.create(folder, "pump-17");
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        parameters.setApplicationProtocols(new String[] {"x-amzn-mqtt-ca"});
        try (var port443 = ScriptedBroker.listen(server.context(pump), parameters);
                MqttClient client =
                        device().broker(port443.url())
                                .identity(
                                        ClientIdentity.pem(
                                                server.certificatePem(),
                                                pump.certificatePem(),
                                                pump.keyPem()))
                                .alpn("x-amzn-mqtt-ca")
                                .open()) {
            var secured = new AwsIotLike(port443);
            BrokerConnection c = secured.accept();
            assertThat(events.next(Connected.class).link()).endsWith("ALPN x-amzn-mqtt-ca");
            Receipt receipt = client.submit(one("1"));
            secured.serve(c, 1);
            receipt.awaitAcknowledged(SOON);
            client.close(Duration.ZERO);
        }
    }

    @Test
    void fifty_filters_are_asked_for_eight_at_a_time_and_all_granted() {
        MqttClientBuilder builder = device();
        for (int i = 0; i < AwsIotLike.FILTERS_A_CONNECTION; i++) {
            Qos qos = i % 2 == 0 ? AT_LEAST_ONCE : EXACTLY_ONCE; // it grants 1
            builder.subscribe("pump-17/commands/" + i, qos, delivery -> {});
        }
        MqttClient client = open(builder);
        BrokerConnection c = accept();
        assertThat(endpoint.serve(c, 7))
                .extracting(packet -> ((Subscribe) packet).requests().size())
                .containsExactly(8, 8, 8, 8, 8, 8, 2);
        for (int i = 0; i < AwsIotLike.FILTERS_A_CONNECTION; i++) {
            assertThat(events.next(Subscribed.class))
                    .isEqualTo(new Subscribed("pump-17/commands/" + i, AT_LEAST_ONCE));
        }
        client.submit(one("1"));
        assertThat(payloads(endpoint.serve(c, 1))).containsExactly("1"); // no filter once more
    }

    @Test
    void throttled_messages_and_no_others_are_sent_again_until_each_is_acknowledged() { // F19
        endpoint.throttling(3);
        MqttClient client = open(device().pubackTimeout(Duration.ofMillis(900)));
        BrokerConnection c = accept();
        List<Receipt> receipts = new ArrayList<>(submit(client, 1, 9));
        endpoint.serve(c, 9);
        assertThat(endpoint.unanswered()).containsExactly("3", "6", "9");
        c.expect(Packets.disconnect(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
        c.expectClosed();
        expectUnanswered("900 ms");

        receipts.addAll(submit(client, 10, 12));
        BrokerConnection d = accept();
        assertThat(payloads(endpoint.serve(d, 6)))
                .containsExactly("3 again", "6 again", "9 again", "10", "11", "12");
        assertThat(endpoint.unanswered()).containsExactly("9", "12");
        d.expect(Packets.disconnect(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
        d.expectClosed();
        expectUnanswered("900 ms"); // another message has its own patience

        BrokerConnection e = accept();
        assertThat(payloads(endpoint.serve(e, 2))).containsExactly("9 again", "12 again");
        for (Receipt receipt : receipts) {
            assertThat(receipt.awaitAcknowledged(SOON).possiblyRepeated()).isFalse();
        }
        assertThat(endpoint.firstArrivals()).containsExactly(numbers(1, 12));
    }

    @Test
    void a_QoS_2_message_that_is_never_answered_has_no_false_outcome_and_stops_nothing() {
        MqttClient client =
                open(
                        device().version(ProtocolVersion.V3_1_1) // it announces no Maximum QoS
                                .pubackTimeout(Duration.ofMillis(450)));
        BrokerConnection clearing = endpoint.accept();
        clearing.expect(Disconnect.class);
        clearing.expectClosed();
        BrokerConnection c = accept();
        Receipt never = client.submit(message(EXACTLY_ONCE, "never"));
        Receipt first = client.submit(one("1"));
        assertThat(payloads(endpoint.serve(c, 2))).containsExactly("never", "1");
        first.awaitAcknowledged(SOON);
        c.expectEnd();
        expectUnanswered("450 ms");

        BrokerConnection d = accept();
        Receipt second = client.submit(one("2"));
        assertThat(payloads(endpoint.serve(d, 2))).containsExactly("never again", "2");
        second.awaitAcknowledged(SOON);
        d.expectEnd();
        expectUnanswered("900 ms"); // the patience doubles

        BrokerConnection e = accept();
        Receipt third = client.submit(one("3"));
        assertThat(payloads(endpoint.serve(e, 2))).containsExactly("never again", "3");
        third.awaitAcknowledged(SOON);
        assertThatThrownBy(() -> never.awaitAcknowledged(Duration.ZERO))
                .isInstanceOf(DeadlineException.class); // no outcome, and so no false one
    }

    @Test
    void where_QoS_1_is_the_most_QoS_2_is_refused_on_this_side_and_the_birth_lowered() { // F41
        MqttClient client =
                open(device().birth(Message.of("pump-17/state", "online").qos(EXACTLY_ONCE)));
        BrokerConnection c = accept();
        Receipt refused = client.submit(message(EXACTLY_ONCE, "2"));
        Receipt taken = client.submit(one("1"));
        List<Packet> served = endpoint.serve(c, 2);
        assertThat(payloads(served)).containsExactly("online", "1");
        assertThat(served).allMatch(packet -> ((Publish) packet).qos() == AT_LEAST_ONCE);
        taken.awaitAcknowledged(SOON);
        assertThatThrownBy(() -> refused.awaitAcknowledged(SOON))
                .isInstanceOfSatisfying(
                        MessageDroppedException.class,
                        e -> assertThat(e.dropCause()).isEqualTo(DropCause.NOT_SUPPORTED))
                .hasMessageContaining("Maximum QoS is 1");
    }

    @Test
    void of_two_clients_with_one_name_the_kicked_one_waits_long_and_the_other_stays() { // F25
        Duration max = Duration.ofHours(1000);
        open(device().reconnect(Duration.ofNanos(1), max));
        BrokerConnection c = accept();
        MqttClient second = open(device());
        BrokerConnection d = accept();
        c.send(Packets.disconnect(ReasonCode.SESSION_TAKEN_OVER));
        c.expectEnd();
        assertThat(events.next(Disconnected.class).reason().kind())
                .isEqualTo(Kind.SESSION_TAKEN_OVER);
        assertThat(events.next(SessionTakenOver.class).clientId()).isEqualTo("pump-17");
        assertThat(events.next(RetryingIn.class).delay()).isGreaterThan(Duration.ofSeconds(1));
        Receipt receipt = second.submit(one("1"));
        endpoint.serve(d, 1);
        receipt.awaitAcknowledged(SOON);
    }

    @Test
    void attempts_that_come_too_soon_after_each_other_move_apart_until_one_gets_in() {
        Duration apart = Duration.ofMillis(20); // 1 s at the real one, where the windows are longer
        MqttClient client = open(device().reconnect(Duration.ofMillis(1), Duration.ofMillis(64)));
        accept().close();
        int refused = 0;
        while (events.next(RetryingIn.class).delay().compareTo(apart) < 0) {
            assertThat(++refused).isLessThan(RATHER_MANY_ATTEMPTS);
            endpoint.refuse();
        }
        assertThat(refused).isGreaterThanOrEqualTo(5); // windows of 1, 2, 4, 8 and 16 ms
        BrokerConnection c = accept();
        client.submit(one("1"));
        endpoint.serve(c, 1);
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void over_3_1_1_the_second_CONNECT_of_a_new_session_may_come_too_soon() {
        MqttClient client = open(device().version(ProtocolVersion.V3_1_1));
        BrokerConnection clearing = endpoint.accept();
        clearing.expect(Disconnect.class);
        clearing.expectClosed();
        endpoint.refuse();
        events.next(RetryingIn.class);
        BrokerConnection c = accept(); // and no third one to clear
        client.submit(one("1"));
        endpoint.serve(c, 1);
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void a_message_that_comes_once_more_under_another_identifier_is_handled_and_answered_twice()
            throws InterruptedException {
        BlockingQueue<Boolean> handled = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        open(
                device().subscribe(
                                "pump-17/commands",
                                AT_LEAST_ONCE,
                                delivery -> {
                                    release.await();
                                    handled.add(delivery.duplicate());
                                }));
        BrokerConnection c = accept();
        endpoint.serve(c, 1);
        c.send(Packets.publish(5, AT_LEAST_ONCE, "pump-17/commands", "go"));
        c.send(Packets.publish(6, AT_LEAST_ONCE, "pump-17/commands", "go")); // no PUBACK in time
        release.countDown();
        c.expect(new Puback(5, ReasonCode.SUCCESS));
        c.expect(new Puback(6, ReasonCode.SUCCESS));
        c.reset(); // both may be lost
        BrokerConnection d = accept();
        d.send(Packets.publish(1, AT_LEAST_ONCE, "pump-17/commands", "go"));
        d.expect(new Puback(1, ReasonCode.SUCCESS));
        for (int i = 0; i < 3; i++) {
            assertThat(handled.poll(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as("DUP of delivery %s", i + 1)
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_connection_dropped_after_weeks_is_made_anew_soon_and_nothing_is_lost(boolean says)
            throws InterruptedException {
        BlockingQueue<String> handled = new LinkedBlockingQueue<>();
        Duration min = Duration.ofMillis(1);
        MqttClient client =
                open(
                        device().reconnect(min, Duration.ofHours(1000))
                                .stableAfter(Duration.ofNanos(1)) // it has lasted
                                .subscribe(
                                        "pump-17/commands",
                                        AT_LEAST_ONCE,
                                        delivery -> handled.add(delivery.text())));
        for (int week = 1; week <= 20; week++) {
            BrokerConnection c = accept();
            endpoint.throttling(0);
            if (week == 1) {
                endpoint.serve(c, 1); // SUBSCRIBE: later sessions are present
            } else {
                assertThat(payloads(endpoint.serve(c, 1)))
                        .containsExactly("last of " + (week - 1) + " again");
            }
            c.send(Packets.publish(week, AT_LEAST_ONCE, "pump-17/commands", "" + week));
            c.expect(new Puback(week, ReasonCode.SUCCESS));
            assertThat(handled.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo("" + week);
            client.submit(one("first of " + week));
            endpoint.serve(c, 1);
            endpoint.throttling(1);
            client.submit(one("last of " + week));
            endpoint.serve(c, 1);
            if (says) {
                c.send(Packets.disconnect(ReasonCode.ADMINISTRATIVE_ACTION));
            }
            c.close();
            RetryingIn retrying = events.next(RetryingIn.class);
            assertThat(retrying.attempt()).isEqualTo(2);
            assertThat(retrying.delay()).isLessThanOrEqualTo(min);
        }
        BrokerConnection c = accept();
        endpoint.throttling(0);
        assertThat(payloads(endpoint.serve(c, 1))).containsExactly("last of 20 again");
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
        assertThat(endpoint.firstArrivals()).hasSize(40);
    }

    @Test
    void no_more_than_a_hundred_messages_are_in_flight() { // F21
        endpoint.throttling(1);
        MqttClient client = open(device());
        submit(client, 1, 250);
        BrokerConnection c = accept();
        assertThat(payloads(endpoint.serve(c, AwsIotLike.IN_FLIGHT)))
                .containsExactly(numbers(1, 100));
        Subscription subscription = client.subscribe("a", AT_LEAST_ONCE, delivery -> {});
        assertThat(endpoint.serve(c, 1).getFirst()).isInstanceOf(Subscribe.class); // not the 101st
        endpoint.answerOldest(c);
        assertThat(payloads(endpoint.serve(c, 1))).containsExactly("101");
        subscription.unsubscribe();
        assertThat(endpoint.serve(c, 1).getFirst()).isInstanceOf(Unsubscribe.class);
        for (int i = 102; i <= 250; i++) {
            endpoint.answerOldest(c);
            assertThat(payloads(endpoint.serve(c, 1))).containsExactly("" + i);
        }
        while (!endpoint.unanswered().isEmpty()) {
            endpoint.answerOldest(c);
        }
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
        assertThat(endpoint.firstArrivals()).containsExactly(numbers(1, 250));
    }
}
