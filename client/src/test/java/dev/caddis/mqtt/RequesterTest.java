package dev.caddis.mqtt;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

class RequesterTest {

    private static final int ROUNDS = 5_000;

    /// Whether the request has failed by now, or was refused.
    private static BooleanSupplier ask(Requester requester) {
        try {
            return requester.request(Message.of("ask", "?").qos(AT_LEAST_ONCE), Duration.ofHours(1))
                    ::isCompletedExceptionally;
        } catch (IllegalStateException closed) {
            return () -> true;
        }
    }

    @Test
    void a_request_that_meets_close_is_refused_or_fails_at_once() throws Exception {
        try (MqttClient client = OfflineClient.open();
                ExecutorService other = Executors.newSingleThreadExecutor()) {
            var start = new CyclicBarrier(2);
            for (int i = 0; i < ROUNDS; i++) {
                Requester requester = client.requester("responses");
                Future<BooleanSupplier> asked =
                        other.submit(() -> {
                            start.await();
                            return ask(requester);
                        });
                start.await();
                for (int pause = i % 50; pause > 0; pause--) {
                    Thread.onSpinWait();
                }
                requester.close();
                BooleanSupplier over = asked.get();
                assertThat(over.getAsBoolean()).as("over in round %d", i).isTrue();
            }
            client.close(Duration.ZERO);
        }
    }
}
