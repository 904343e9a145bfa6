package dev.caddis.mqtt;

import dev.caddis.mqtt.event.DropCause;

/// A message was given up on this side before the broker had it; [#dropCause] says why.
public final class MessageDroppedException extends MqttException {

    private static final long serialVersionUID = 1L;

    private final DropCause dropCause;

    MessageDroppedException(String message, DropCause dropCause) {
        super(message, null);
        this.dropCause = dropCause;
    }

    public DropCause dropCause() {
        return dropCause;
    }
}
