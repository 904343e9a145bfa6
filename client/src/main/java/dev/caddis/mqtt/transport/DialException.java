package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;

import org.jspecify.annotations.Nullable;

/// An attempt that gave no link. The message is the sentence of the failure.
public final class DialException extends Exception {

    private static final long serialVersionUID = 1;

    private final ConnectionFailure failure;

    /// By `failure`, which `cause` led to.
    public DialException(ConnectionFailure failure, @Nullable Throwable cause) {
        super(failure.sentence(), cause);
        this.failure = failure;
    }

    /// What went wrong.
    public ConnectionFailure failure() {
        return failure;
    }
}
