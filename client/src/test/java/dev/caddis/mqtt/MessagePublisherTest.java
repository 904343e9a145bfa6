package dev.caddis.mqtt;

import static dev.caddis.mqtt.OfflineClient.SOON;
import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.MemoryStore;
import dev.caddis.mqtt.store.SessionStore;
import dev.caddis.mqtt.store.StoreException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;

/// How the messages of a filter end where no broker takes part.
class MessagePublisherTest {

    private static class Recorder implements Flow.Subscriber<Delivery> {
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<Throwable> failed = new CompletableFuture<>();
        final CompletableFuture<Boolean> completed = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription.complete(given);
        }

        @Override
        public void onNext(Delivery delivery) {}

        @Override
        public void onError(Throwable cause) {
            failed.complete(cause);
        }

        @Override
        public void onComplete() {
            completed.complete(true);
        }
    }

    /// Has no room from the first message on, so that the client fails.
    private static final class FullStore implements SessionStore {
        private final SessionStore memory = new MemoryStore();

        @Override
        public SessionState recover() {
            return memory.recover();
        }

        @Override
        public long append(Change change) {
            throw new IllegalStateException("no room");
        }

        @Override
        public long durable() {
            return memory.durable();
        }

        @Override
        public @Nullable List<Stored> read(long fromSequence, int count) {
            return memory.read(fromSequence, count);
        }

        @Override
        public void onProgress(Runnable wake) {
            memory.onProgress(wake);
        }

        @Override
        public void settle(SessionState state, long nowNanos) {
            memory.settle(state, nowNanos);
        }

        @Override
        public @Nullable StoreException failure() {
            return memory.failure();
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    private final Recorder recorder = new Recorder();

    private static Flow.Publisher<Delivery> messages(MqttClient client) {
        return client.messages("a", SubscriptionOptions.of(AT_LEAST_ONCE));
    }

    private void assertFailed() {
        assertThat(recorder.failed)
                .succeedsWithin(SOON)
                .isInstanceOf(ClientClosedException.class)
                .asString()
                .contains("messages of a", "no room", "Open another");
        assertThat(recorder.completed).isNotDone();
    }

    @Test
    void a_client_that_fails_is_an_error() {
        try (MqttClient client = OfflineClient.open(new FullStore())) {
            messages(client).subscribe(recorder);
            client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
            assertFailed();
        }
    }

    @Test
    void a_client_that_had_failed_is_an_error_at_once() {
        try (MqttClient client = OfflineClient.open(new FullStore())) {
            Receipt receipt = client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
            assertThatThrownBy(() -> receipt.awaitAcknowledged(SOON))
                    .isInstanceOf(ClientClosedException.class);
            messages(client).subscribe(recorder);
            assertFailed();
        }
    }

    @Test
    void a_client_that_gave_up_connecting_is_an_error_for_publishers_and_requests() {
        try (MqttClient client =
                OfflineClient.toNowhere()
                        .reconnect(Duration.ofMillis(1), Duration.ofMillis(1))
                        .reconnectAttempts(5)
                        .open()) {
            messages(client).subscribe(recorder);
            Requester requester = client.requester("responses");
            Message question = Message.of("ask", "?").qos(AT_LEAST_ONCE);
            CompletableFuture<Message> request = requester.request(question, Duration.ofHours(1));
            assertThat(recorder.failed)
                    .succeedsWithin(SOON)
                    .isInstanceOf(ClientClosedException.class)
                    .asString()
                    .contains("messages of a", "gave up after", "open another");
            assertThat(request)
                    .failsWithin(SOON)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(ClientClosedException.class);
            assertThatThrownBy(() -> requester.request(question, SOON))
                    .isInstanceOf(ClientClosedException.class)
                    .hasMessageContaining("gave up");
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_client_keeps_no_subscriber_that_cancelled_or_was_failed() {
        try (MqttClient client = OfflineClient.open()) {
            for (int i = 0; i < 3; i++) {
                var cancelling = new Recorder();
                messages(client).subscribe(cancelling);
                assertThat(client.owners().size()).isEqualTo(1);
                cancelling.subscription.join().cancel();
                assertThat(client.owners().size()).isZero();
            }
            messages(client).subscribe(recorder);
            recorder.subscription.join().request(-1);
            assertThat(client.owners().size()).isZero();
        }
    }

    @Test
    void a_subscriber_that_cancels_before_it_is_subscribed_is_not_kept_either() {
        try (MqttClient client = OfflineClient.open()) {
            messages(client)
                    .subscribe(
                            new Recorder() {
                                @Override
                                public void onSubscribe(Flow.Subscription given) {
                                    given.cancel();
                                }
                            });
            assertThat(client.owners().size()).isZero();
        }
    }

    @Test
    void a_refusal_that_is_older_than_the_subscription_or_of_another_filter_is_not_told() {
        try (MqttClient client = OfflineClient.open()) {
            messages(client).subscribe(recorder);
            for (String filter : List.of("a", "b")) {
                client.owners()
                        .accept(
                                new ClientEvent.SubscriptionRefused(
                                        filter, ReasonCode.NOT_AUTHORIZED, false));
            }
            assertThat(client.owners().size()).isEqualTo(1); // nothing ended
            client.close(Duration.ZERO);
            assertThat(recorder.completed).succeedsWithin(SOON);
            assertThat(recorder.failed).isNotDone();
        }
    }
}
