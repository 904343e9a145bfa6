package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.Engine;
import dev.caddis.mqtt.engine.ForgottenOutcomeException;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Waiting for the engine, with its failures as exceptions of the API.
final class Waiting {

    private static final Duration LONGEST = Duration.ofDays(3_650);

    private Waiting() {}

    /// A time to wait as clocks and sentences can take it: at most ten years.
    ///
    /// @throws IllegalArgumentException when it is negative
    static Duration bounded(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(
                    "the time to wait is " + timeout + "; it must be zero or more");
        }
        return timeout.compareTo(LONGEST) > 0 ? LONGEST : timeout;
    }

    /// @param timeout as [#bounded] returned it
    static <T> T on(Engine engine, CompletableFuture<T> future, Duration timeout, String what) {
        try {
            return future.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new DeadlineException(
                    "waited "
                            + timeout.toMillis()
                            + " ms for "
                            + what
                            + " in vain"
                            + engine.whyOffline().map(why -> "; not connected: " + why).orElse(""));
        } catch (InterruptedException e) {
            throw new ClientInterruptedException("waiting for " + what, e);
        } catch (ExecutionException e) {
            throw translated(e);
        }
    }

    static MqttException translated(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException || cause instanceof CompletionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return switch (cause) {
            case MqttException known -> known;
            case ForgottenOutcomeException forgotten ->
                    new OutcomeForgottenException(String.valueOf(forgotten.getMessage()));
            default -> new ClientClosedException(String.valueOf(cause.getMessage()), cause);
        };
    }
}
