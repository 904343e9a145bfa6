package dev.caddis.mqtt;

import org.jspecify.annotations.Nullable;

/// The client is closed, or was closed before a message had its outcome.
public final class ClientClosedException extends MqttException {

    private static final long serialVersionUID = 1L;

    ClientClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
