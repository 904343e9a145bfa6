package dev.caddis.mqtt;

/// The time given to a call passed before its answer came. Nothing is undone: the answer may come
/// later.
public final class DeadlineException extends MqttException {

    private static final long serialVersionUID = 1L;

    DeadlineException(String message) {
        super(message, null);
    }
}
