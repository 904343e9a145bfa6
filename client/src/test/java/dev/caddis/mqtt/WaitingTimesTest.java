package dev.caddis.mqtt;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// The times to wait that callers give: none is too long, and none below zero does anything.
class WaitingTimesTest {

    private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final MqttClient client = OfflineClient.toNowhere().publishTimeout(FOR_EVER).open();

    private List<Consumer<Duration>> waits() {
        Receipt receipt = client.publish(Message.of("a", "x").qos(AT_LEAST_ONCE));
        Subscription subscription = client.subscribe("a", AT_LEAST_ONCE, delivery -> {});
        return List.of(
                receipt::awaitAcknowledged,
                subscription::awaitGranted,
                subscription::unsubscribe,
                timeout -> client.unsubscribe("b", timeout),
                client::awaitAcknowledged);
    }

    @Test
    void a_client_that_is_closed_ends_every_wait_however_long() {
        List<Consumer<Duration>> waits = waits();
        client.close(Duration.ofSeconds(Long.MIN_VALUE));
        for (Consumer<Duration> wait : waits) {
            try {
                wait.accept(FOR_EVER);
            } catch (ClientClosedException expected) {
                assertThat(expected).hasMessageContaining("clos");
            }
        }
        assertThat(client.close(FOR_EVER)).isFalse();
    }

    @Test
    void a_time_below_zero_is_refused() {
        for (Consumer<Duration> wait : waits()) {
            assertThatThrownBy(() -> wait.accept(Duration.ofNanos(-1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("zero or more");
        }
        client.close(Duration.ZERO);
    }
}
