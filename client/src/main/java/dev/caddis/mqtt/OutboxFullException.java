package dev.caddis.mqtt;

/// The outbox had no room for a message: at once with the policy REJECT, after `publishTimeout`
/// with BLOCK. The message was not accepted.
public final class OutboxFullException extends MqttException {

    private static final long serialVersionUID = 1L;

    OutboxFullException(String message) {
        super(message, null);
    }
}
