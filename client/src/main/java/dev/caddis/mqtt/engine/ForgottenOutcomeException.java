package dev.caddis.mqtt.engine;

/// Somebody asked for the outcome of a message after more outcomes than are remembered, or after
/// the process that had it.
public final class ForgottenOutcomeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ForgottenOutcomeException(long sequence) {
        this("the outcome of message " + sequence + " is no longer remembered; ask sooner");
    }

    private ForgottenOutcomeException(String what) {
        super(what);
    }

    static ForgottenOutcomeException ofEarlierProcess(long sequence) {
        return new ForgottenOutcomeException(
                "message "
                        + sequence
                        + " waits no more: an earlier process had its outcome, or never accepted"
                        + " it");
    }
}
