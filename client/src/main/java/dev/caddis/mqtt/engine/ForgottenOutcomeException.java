package dev.caddis.mqtt.engine;

/// Somebody asked for the outcome of a message after more outcomes than are remembered.
public final class ForgottenOutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ForgottenOutcomeException(long sequence) {
        super("the outcome of message " + sequence + " is no longer remembered; ask sooner");
    }
}
