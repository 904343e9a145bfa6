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

    private Waiting() {}

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
