package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.DeadlineException;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Subscription;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ClientEvent.Subscribed;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Messages as a `Flow.Publisher`.
class FlowTest extends BrokerTest {

    private static class Recorder implements Flow.Subscriber<Delivery> {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<Throwable> failed = new CompletableFuture<>();
        final CompletableFuture<Boolean> completed = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(Delivery delivery) {
            if (delivery.text().equals("poison")) {
                throw new IllegalStateException("poisoned");
            }
            seen.add(delivery.text());
        }

        @Override
        public void onError(Throwable cause) {
            failed.complete(cause);
        }

        @Override
        public void onComplete() {
            completed.complete(true);
        }

        String next() throws InterruptedException {
            String next = seen.poll(SOON.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as("a message").isNotNull();
            return next;
        }
    }

    private final Recorder recorder = new Recorder();

    private final MqttClient client =
            open(builder().subscribeRetry(Duration.ofMillis(1), Duration.ofMillis(4), 3));

    private BrokerConnection subscribed() {
        return subscribed(recorder);
    }

    private BrokerConnection subscribed(Flow.Subscriber<Delivery> subscriber) {
        BrokerConnection c = acceptNew();
        messages().subscribe(subscriber);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        return c;
    }

    private Flow.Publisher<Delivery> messages() {
        return client.messages("a", SubscriptionOptions.of(AT_LEAST_ONCE));
    }

    private void expectRefusedToTheEnd(BrokerConnection c) {
        for (int attempt = 1; attempt <= 3; attempt++) {
            c.send(Packets.suback(c.expect(Subscribe.class), ReasonCode.NOT_AUTHORIZED));
        }
        assertThat(recorder.failed)
                .succeedsWithin(SOON)
                .isInstanceOf(BrokerRefusedException.class)
                .asString()
                .contains("the filter a", "not authorized");
        c.send(Packets.unsuback(c.expect(Unsubscribe.class))); // nobody wants it any more
    }

    private static Puback puback(int id) {
        return new Puback(id, ReasonCode.SUCCESS);
    }

    @Test
    void what_is_not_requested_is_neither_seen_nor_acknowledged() throws Exception {
        BrokerConnection c = subscribed();
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        c.send(Packets.publish(2, AT_LEAST_ONCE, "a", "two"));
        c.send(Packets.publish(3, AT_LEAST_ONCE, "a", "three"));
        recorder.subscription.join().request(1);
        assertThat(recorder.next()).isEqualTo("one");
        c.expect(puback(1));
        c.expectNothingFor(Duration.ofMillis(50));
        assertThat(recorder.seen).isEmpty();
        recorder.subscription.join().request(2);
        assertThat(recorder.next()).isEqualTo("two");
        assertThat(recorder.next()).isEqualTo("three");
        c.expect(puback(2));
        c.expect(puback(3));
    }

    @Test
    void cancelling_ends_the_subscription() {
        BrokerConnection c = subscribed();
        recorder.subscription.join().cancel();
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
    }

    @Test
    void a_subscriber_that_throws_is_told_and_gets_no_more() {
        BrokerConnection c = subscribed();
        recorder.subscription.join().request(10);
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "poison"));
        assertThat(recorder.failed.orTimeout(10, TimeUnit.SECONDS).join()).hasMessage("poisoned");
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        c.expect(puback(1));
    }

    @Test
    void a_request_for_nothing_is_an_error() {
        BrokerConnection c = subscribed();
        recorder.subscription.join().request(0);
        assertThat(recorder.failed.orTimeout(10, TimeUnit.SECONDS).join())
                .isInstanceOf(IllegalArgumentException.class);
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
    }

    @Test
    void closing_the_client_completes_a_subscriber_that_waits_for_nothing_more() { // F20
        BrokerConnection c = subscribed();
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        CompletableFuture<Boolean> closed = closing(client, SOON);
        assertThat(recorder.completed).succeedsWithin(SOON);
        c.expect(Disconnect.class); // and no PUBACK: nobody has seen the message
        assertThat(closed).succeedsWithin(SOON);
    }

    @Test
    void a_second_subscriber_is_refused() {
        BrokerConnection c = acceptNew();
        Flow.Publisher<Delivery> messages = messages();
        messages.subscribe(recorder);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        var second = new Recorder();
        messages.subscribe(second);
        assertThat(second.failed.join()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_second_publisher_of_the_same_filter_is_refused_until_the_first_has_ended()
            throws Exception {
        BrokerConnection c = subscribed();
        recorder.subscription.join().request(10);
        var second = new Recorder();
        messages().subscribe(second);
        assertThat(second.failed)
                .succeedsWithin(SOON)
                .isInstanceOf(IllegalStateException.class)
                .asString()
                .contains("messages of a", "the subscriber of a publisher", "End that one first");
        c.send(Packets.publish(1, AT_LEAST_ONCE, "a", "one"));
        assertThat(recorder.next()).isEqualTo("one");
        c.expect(puback(1)); // and neither SUBSCRIBE nor UNSUBSCRIBE
        recorder.subscription.join().cancel();
        var third = new Recorder();
        messages().subscribe(third);
        second.subscription.join().cancel(); // ended long ago: it takes nothing from the third
        recorder.subscription.join().cancel();
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        c.send(Packets.suback(c.expect(Subscribe.class)));
        third.subscription.join().request(1);
        c.send(Packets.publish(2, AT_LEAST_ONCE, "a", "two"));
        assertThat(third.next()).isEqualTo("two");
        c.expect(puback(2));
    }

    @Test
    void a_handler_and_a_publisher_do_not_take_a_filter_from_each_other() {
        BrokerConnection c = subscribed();
        assertThatThrownBy(() -> client.subscribe("a", AT_LEAST_ONCE, delivery -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("messages of a");
        Subscription handler = client.subscribe("b", AT_LEAST_ONCE, delivery -> {});
        c.send(Packets.suback(c.expect(Subscribe.class)));
        var other = new Recorder();
        client.messages("b", SubscriptionOptions.of(AT_LEAST_ONCE)).subscribe(other);
        assertThat(other.failed).succeedsWithin(SOON).isInstanceOf(IllegalStateException.class);
        handler.unsubscribe();
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        var next = new Recorder();
        client.messages("b", SubscriptionOptions.of(AT_LEAST_ONCE)).subscribe(next);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        handler.unsubscribe(); // the filter is not its own any more
        c.expectNothingFor(Duration.ofMillis(50));
        assertThat(next.failed).isNotDone();
    }

    @Test
    void unsubscribing_the_filter_completes_its_subscriber() {
        BrokerConnection c = subscribed();
        Thread.ofVirtual().start(() -> client.unsubscribe("a", SOON));
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
        assertThat(recorder.completed).succeedsWithin(SOON);
        assertThat(recorder.failed).isNotDone();
    }

    @Test
    void a_subscriber_of_a_closed_client_is_completed_at_once() { // F20
        BrokerConnection c = acceptNew();
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.expect(Disconnect.class);
        assertThat(closed).succeedsWithin(SOON);
        messages().subscribe(recorder);
        assertThat(recorder.completed).succeedsWithin(SOON);
    }

    @Test
    void a_filter_that_is_refused_to_the_end_is_an_error() {
        BrokerConnection c = acceptNew();
        messages().subscribe(recorder);
        expectRefusedToTheEnd(c);
    }

    @Test
    void a_filter_that_is_not_answered_to_the_end_is_an_error() { // F19
        acceptNew();
        MqttClient impatient =
                open(
                        builder()
                                .clientId("pump-18")
                                .subackTimeout(Duration.ofMillis(30))
                                .subscribeRetry(Duration.ofMillis(1), Duration.ofMillis(4), 2));
        BrokerConnection c = acceptNew();
        impatient.messages("a", SubscriptionOptions.of(AT_LEAST_ONCE)).subscribe(recorder);
        c.expect(Subscribe.class);
        c.expect(Subscribe.class);
        assertThat(recorder.failed)
                .succeedsWithin(SOON)
                .isInstanceOf(DeadlineException.class)
                .asString()
                .contains("SUBSCRIBE of a", "ask the client for its messages again");
        c.send(Packets.unsuback(c.expect(Unsubscribe.class)));
    }

    @Test
    void a_filter_that_is_refused_on_a_later_connection_is_an_error() {
        BrokerConnection c = subscribed();
        events.next(Subscribed.class);
        c.close();
        expectRefusedToTheEnd(acceptNew());
    }

    @Test
    void a_listener_that_hangs_holds_up_no_last_signal() { // F15
        acceptNew();
        var hanging = new CompletableFuture<Boolean>();
        MqttClient heard =
                open(
                        builder()
                                .clientId("pump-18")
                                .subscribeRetry(Duration.ofMillis(1), Duration.ofMillis(4), 3)
                                .onEvent(event -> {
                                    if (event instanceof Disconnected) {
                                        hanging.join();
                                    }
                                }));
        BrokerConnection c = acceptNew();
        heard.messages("a", SubscriptionOptions.of(AT_LEAST_ONCE)).subscribe(recorder);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        events.next(Subscribed.class);
        c.close();
        BrokerConnection next = broker.accept();
        next.welcome(Packets.connack(false, ReasonCode.SUCCESS)); // Connected waits to be told
        expectRefusedToTheEnd(next);
        hanging.complete(true);
    }

    @Test
    void closing_completes_only_when_the_message_in_hand_is_done() { // Reactive Streams 1.3
        var entered = new CompletableFuture<Boolean>();
        var leave = new CompletableFuture<Boolean>();
        var slow =
                new Recorder() {
                    @Override
                    public void onNext(Delivery delivery) {
                        entered.complete(true);
                        leave.join();
                        seen.add("returned");
                    }

                    @Override
                    public void onComplete() {
                        seen.add("completed");
                    }
                };
        BrokerConnection c = subscribed(slow);
        slow.subscription.join().request(5);
        c.send(Packets.publish(0, AT_MOST_ONCE, "a", "one"));
        assertThat(entered).succeedsWithin(SOON);
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.expect(Disconnect.class); // close is under way
        assertThat(slow.seen).isEmpty();
        leave.complete(true);
        assertThat(closed).succeedsWithin(SOON);
        assertThat(List.of(take(slow), take(slow))).containsExactly("returned", "completed");
    }

    private static String take(Recorder recorder) {
        try {
            return recorder.next();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void an_error_of_onSubscribe_is_told_when_it_has_returned() throws Exception {
        var hasty =
                new Recorder() {
                    @Override
                    public void onSubscribe(Flow.Subscription given) {
                        given.request(0);
                        seen.add("subscribed");
                    }

                    @Override
                    public void onError(Throwable cause) {
                        seen.add("failed");
                    }
                };
        acceptNew();
        messages().subscribe(hasty);
        assertThat(hasty.next()).isEqualTo("subscribed");
        assertThat(hasty.next()).isEqualTo("failed");
    }

    @Test
    void an_onComplete_that_throws_or_hangs_keeps_no_client_from_closing() { // F15
        var hanging = new CompletableFuture<Boolean>();
        var bad =
                new Recorder() {
                    @Override
                    public void onComplete() {
                        completed.complete(true);
                        hanging.join();
                        throw new IllegalStateException("from onComplete");
                    }
                };
        BrokerConnection c = subscribed(bad);
        CompletableFuture<Boolean> closed = closing(client, SOON);
        assertThat(bad.completed).succeedsWithin(SOON);
        c.expect(Disconnect.class);
        assertThat(closed).succeedsWithin(SOON);
        hanging.complete(true);
    }
}
