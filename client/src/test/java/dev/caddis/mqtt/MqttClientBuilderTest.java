package dev.caddis.mqtt;

import static dev.caddis.mqtt.OfflineClient.toNowhere;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;

/// Values outside their bounds: the setters take them, `open` says what is wrong.
class MqttClientBuilderTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private static void assertRefused(MqttClientBuilder builder, String... sentence) {
        assertThatThrownBy(builder::open)
                .isInstanceOf(OpenException.class)
                .hasMessageContainingAll(sentence);
    }

    /// A name that the compiler would not let through.
    private static Authenticator named(@Nullable String method) {
        return new Authenticator() {
            @Override
            @SuppressWarnings("NullAway") // as an application without such a check may
            public String method() {
                return method;
            }

            @Override
            public Exchange begin() {
                throw new IllegalStateException("no connection, no authentication");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 3_651})
    void a_handler_deadline_outside_its_bounds_is_refused_by_open(long days) {
        assertRefused(
                toNowhere().handlerDeadline(Duration.ofDays(days), WhenHandlerLate.TELL),
                "handler deadline",
                "0 to 3650 days");
    }

    @Test
    void a_subscribe_retry_outside_its_bounds_is_refused_by_open() {
        assertRefused(
                toNowhere().subscribeRetry(Duration.ZERO, SECOND, 1),
                "subscribe retry",
                "positive");
        assertRefused(
                toNowhere().subscribeRetry(SECOND, Duration.ofMillis(1), 1),
                "subscribe retry",
                "below min");
        assertRefused(
                toNowhere().subscribeRetry(SECOND, Duration.ofDays(3_651), 1),
                "subscribe retry",
                "3650 days");
        assertRefused(
                toNowhere().subscribeRetry(SECOND, SECOND, -1),
                "subscribe retry",
                "attempts is -1");
    }

    @Test
    void a_reconnect_outside_its_bounds_is_named_apart_from_a_subscribe_retry() {
        assertRefused(toNowhere().reconnect(Duration.ZERO, SECOND), "reconnect: ", "positive");
    }

    @Test
    void an_authenticator_without_a_name_for_its_method_is_refused_by_open() {
        assertRefused(
                toNowhere().authenticator(named(null)), "method() is null", "name the method");
        assertRefused(toNowhere().authenticator(named("")), "method() is empty", "name the method");
        assertRefused(toNowhere().authenticator(named("x".repeat(65_536))), "65535");
    }

    @Test
    void values_within_their_bounds_open() {
        try (MqttClient client =
                toNowhere()
                        .handlerDeadline(Duration.ofDays(3_650), WhenHandlerLate.ACKNOWLEDGE)
                        .subscribeRetry(Duration.ofNanos(1), Duration.ofDays(3_650), 0)
                        .authenticator(named("SCRAM-SHA-256"))
                        .open()) {
            assertThat(client.status().connected()).isFalse();
        }
    }
}
