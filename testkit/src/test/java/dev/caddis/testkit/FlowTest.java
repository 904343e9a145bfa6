package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Messages as a `Flow.Publisher`.
class FlowTest extends BrokerTest {

    private static final class Recorder implements Flow.Subscriber<Delivery> {
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

    private final MqttClient client = open(builder());

    private BrokerConnection subscribed() {
        BrokerConnection c = acceptNew();
        client.messages("a", SubscriptionOptions.of(AT_LEAST_ONCE)).subscribe(recorder);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        return c;
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
        Flow.Publisher<Delivery> messages =
                client.messages("a", SubscriptionOptions.of(AT_LEAST_ONCE));
        messages.subscribe(recorder);
        c.send(Packets.suback(c.expect(Subscribe.class)));
        var second = new Recorder();
        messages.subscribe(second);
        assertThat(second.failed.join()).isInstanceOf(IllegalStateException.class);
    }
}
