package dev.caddis.mqtt;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

class RequesterTest {

    private static final int ROUNDS = 5_000;

    /// Fails when the request has failed, or was refused.
    private static Supplier<CompletableFuture<Message>> ask(Requester requester) {
        try {
            CompletableFuture<Message> asked =
                    requester.request(
                            Message.of("ask", "?").qos(AT_LEAST_ONCE), Duration.ofHours(1));
            return () -> asked;
        } catch (IllegalStateException closed) {
            return () -> CompletableFuture.failedFuture(closed);
        }
    }

    @Test
    void a_request_that_meets_close_is_refused_or_fails_at_once() throws Exception {
        try (MqttClient client = OfflineClient.open();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            var start = new CyclicBarrier(2);
            for (int i = 0; i < ROUNDS; i++) {
                Requester requester = client.requester("responses");
                Future<Supplier<CompletableFuture<Message>>> asked =
                        other.submit(() -> {
                            start.await();
                            return ask(requester);
                        });
                start.await();
                for (int pause = i % 50; pause > 0; pause--) {
                    Thread.onSpinWait();
                }
                requester.close();
                assertThat(asked.get().get()).as("in round %d", i).failsWithin(OfflineClient.SOON);
            }
            client.close(Duration.ZERO);
        }
    }
}
