package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageHandler;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Subscription;
import dev.caddis.mqtt.event.ClientEvent.HandlerFailed;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// Application code, and what it must not be able to break.
class HandlerTest extends BrokerTest {

    private final CompletableFuture<MqttClient> client = new CompletableFuture<>();
    private final LinkedBlockingQueue<String> handled = new LinkedBlockingQueue<>();

    private BrokerConnection connected(MqttClientBuilder builder) {
        client.complete(open(builder));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        return c;
    }

    private MqttClientBuilder handling(MessageHandler handler) {
        return builder().subscribe("commands/#", EXACTLY_ONCE, handler);
    }

    private static Publish command(int id, Qos qos, String text) {
        return Packets.publish(id, qos, "commands/a", text);
    }

    private static Puback puback(int id) {
        return new Puback(id, ReasonCode.SUCCESS);
    }

    private String nextHandled() {
        try {
            String next = handled.poll(10, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void what_comes_right_behind_CONNACK_reaches_a_handler_bound_before() { // F12
        open(handling(delivery -> handled.add(delivery.text())));
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.send(
                Packets.connack(false, ReasonCode.SUCCESS),
                command(1, AT_LEAST_ONCE, "early"),
                command(2, EXACTLY_ONCE, "too"));
        c.expect(new Pubrec(2, ReasonCode.SUCCESS));
        c.expect(Subscribe.class); // the handler was there before
        c.expect(puback(1));
        assertThat(nextHandled()).isEqualTo("early");
        assertThat(nextHandled()).isEqualTo("too");
    }

    @Test
    void what_comes_right_behind_the_CONNACK_of_a_resumed_session_is_handled() { // F12
        BrokerConnection c = connected(handling(delivery -> handled.add(delivery.text())));
        c.reset();
        BrokerConnection resumed = broker.accept();
        resumed.expect(Connect.class);
        resumed.send(
                Packets.connack(true, ReasonCode.SUCCESS), command(1, AT_LEAST_ONCE, "waited"));
        resumed.expect(puback(1));
        assertThat(nextHandled()).isEqualTo("waited");
    }

    @Test
    void what_matches_no_handler_is_acknowledged_and_counted() { // F12
        MqttClient idle = open(builder());
        BrokerConnection c = acceptNew();
        c.send(Packets.publish(1, AT_LEAST_ONCE, "other", "x"));
        c.expect(puback(1));
        assertThat(idle.status().unmatched()).isEqualTo(1);
    }

    @Test
    void what_matches_no_handler_goes_to_the_default_handler() { // F12
        open(builder().defaultHandler(delivery -> handled.add(delivery.topic())));
        BrokerConnection c = acceptNew();
        c.send(Packets.publish(1, AT_LEAST_ONCE, "other", "x"));
        c.expect(puback(1));
        assertThat(nextHandled()).isEqualTo("other");
    }

    @Test
    void a_handler_that_throws_loses_no_connection() { // F15
        BrokerConnection c =
                connected(
                        handling(delivery -> {
                            throw new IllegalStateException("handler: " + delivery.text());
                        }));
        c.send(command(1, AT_LEAST_ONCE, "one"));
        c.expect(puback(1));
        assertThat(events.next(HandlerFailed.class).cause()).hasMessage("handler: one");
        c.send(command(2, EXACTLY_ONCE, "two"));
        c.expect(new Pubrec(2, ReasonCode.SUCCESS));
        c.send(Packets.pubrel(2));
        c.expect(new Pubcomp(2, ReasonCode.SUCCESS));
        assertThat(events.next(HandlerFailed.class).topic()).isEqualTo("commands/a");
    }

    @Test
    void a_handler_may_publish_and_wait_for_the_acknowledgement() { // F15
        BrokerConnection c =
                connected(
                        handling(delivery ->
                                client.join()
                                        .publish(
                                                Message.of("answers", delivery.text())
                                                        .qos(EXACTLY_ONCE))
                                        .awaitAcknowledged(SOON)));
        c.send(command(1, AT_LEAST_ONCE, "do it"));
        Publish answer = c.expect(Publish.class);
        assertThat(answer.payload().asUtf8()).isEqualTo("do it");
        c.send(Packets.pubrec(answer));
        c.send(Packets.pubcomp(c.expect(Pubrel.class)));
        c.expect(puback(1)); // the handler is done
    }

    @Test
    void a_handler_may_subscribe_and_unsubscribe_and_wait_for_both() { // F15
        BrokerConnection c =
                connected(
                        handling(delivery -> {
                            Subscription more =
                                    client.join()
                                            .subscribe(
                                                    "more",
                                                    AT_LEAST_ONCE,
                                                    d -> handled.add(d.text()));
                            more.awaitGranted(SOON);
                            handled.add("granted");
                            more.unsubscribe(SOON);
                            handled.add("ended");
                        }));
        c.send(command(1, AT_LEAST_ONCE, "x"));
        c.send(Packets.suback(c.expect(Subscribe.class)));
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        c.expect(puback(1));
        assertThat(nextHandled()).isEqualTo("granted");
        assertThat(nextHandled()).isEqualTo("ended");
    }

    @Test
    void a_handler_may_close_the_client() { // F15
        BrokerConnection c =
                connected(
                        handling(delivery -> {
                            client.join().close(SOON);
                            handled.add("closed");
                        }));
        c.send(command(0, AT_MOST_ONCE, "x"));
        c.expect(Disconnect.class);
        c.expectClosed();
        assertThat(nextHandled()).isEqualTo("closed");
    }

    @Test
    void a_listener_may_publish_and_close() { // F15
        AtomicBoolean once = new AtomicBoolean();
        client.complete(
                open(
                        builder()
                                .onEvent(event -> {
                                    if (once.compareAndSet(false, true)) {
                                        client.join()
                                                .publish(Message.of("data", "1").qos(AT_LEAST_ONCE))
                                                .awaitAcknowledged(SOON);
                                        client.join().close(SOON);
                                        handled.add("closed");
                                    }
                                })));
        BrokerConnection c = acceptNew();
        c.send(Packets.puback(c.expect(Publish.class)));
        c.expect(Disconnect.class);
        c.expectClosed();
        assertThat(nextHandled()).isEqualTo("closed");
    }

    @Test
    void a_slow_handler_stops_no_ping_no_acknowledgement_and_no_other_handler() { // F14, F16
        CountDownLatch release = new CountDownLatch(1);
        BrokerConnection c =
                connected(
                        handling(delivery -> release.await())
                                .subscribe("fast", AT_LEAST_ONCE, d -> handled.add(d.text()))
                                .keepAlive(Duration.ofSeconds(1)));
        c.send(command(1, AT_LEAST_ONCE, "slow"));
        for (int i = 0; i < 500; i++) {
            c.send(command(0, AT_MOST_ONCE, "behind it"));
        }
        c.send(Packets.publish(0, AT_MOST_ONCE, "fast", "fast"));
        assertThat(nextHandled()).isEqualTo("fast");
        for (int i = 0; i < 2; i++) {
            c.expect(Pingreq.class);
            c.send(new Pingresp());
        }
        client.join().submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        c.send(Packets.puback(c.expect(Publish.class)));
        release.countDown();
        c.expect(puback(1));
    }

    @Test
    void acknowledgements_keep_the_order_of_arrival() throws Exception { // F13, [MQTT-4.6.0-2]
        CountDownLatch release = new CountDownLatch(1);
        BrokerConnection c =
                connected(
                        handling(delivery -> release.await())
                                .subscribe("fast", AT_LEAST_ONCE, d -> handled.add(d.text())));
        c.send(command(5, AT_LEAST_ONCE, "slow"));
        c.send(Packets.publish(3, AT_LEAST_ONCE, "fast", "fast"));
        assertThat(nextHandled()).isEqualTo("fast");
        release.countDown();
        c.expect(puback(5));
        c.expect(puback(3));
    }

    @Test
    void an_acknowledgement_owed_on_a_lost_connection_is_not_sent_on_the_next() { // F13
        CountDownLatch release = new CountDownLatch(1);
        BrokerConnection c =
                connected(
                        handling(delivery -> {
                            release.await();
                            handled.add(delivery.text() + delivery.duplicate());
                        }));
        Publish command = command(5, AT_LEAST_ONCE, "x");
        c.send(command);
        c.reset();
        BrokerConnection resumed = acceptResumed();
        release.countDown();
        assertThat(nextHandled()).isEqualTo("xfalse");
        resumed.send(command.withDelivery(9, true));
        resumed.expect(puback(9)); // and no PUBACK 5 before it
        assertThat(nextHandled()).isEqualTo("xtrue");
    }

    @Test
    void one_message_reaches_every_matching_handler_once() { // F12
        open(
                builder()
                        .subscribe("a/+", AT_LEAST_ONCE, d -> handled.add("plus"))
                        .subscribe("a/#", AT_LEAST_ONCE, d -> handled.add("hash"))
                        .subscribe("+/#", AT_LEAST_ONCE, d -> handled.add("dollar")));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "x"));
        c.expect(puback(1));
        c.send(Packets.publish(2, AT_LEAST_ONCE, "$SYS/a", "x"));
        c.expect(puback(2));
        assertThat(handled).containsExactlyInAnyOrder("hash", "dollar");
    }
}
