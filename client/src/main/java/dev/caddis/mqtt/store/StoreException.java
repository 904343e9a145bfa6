package dev.caddis.mqtt.store;

import org.jspecify.annotations.Nullable;

/// A session folder cannot be used; the message says why, and what to do.
public final class StoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
