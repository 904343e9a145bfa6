package dev.caddis.mqtt;

import org.jspecify.annotations.Nullable;

/// The client cannot be opened as it was built: a file of the identity is missing or does not fit,
/// or a setting is outside its bounds. Waiting will not mend it.
public final class OpenException extends MqttException {

    private static final long serialVersionUID = 1L;

    OpenException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
