package dev.caddis.mqtt;

/// The outbox had no room for a message: at once with the policy REJECT, after `publishTimeout`
/// with BLOCK, and with DROP_OLDEST where 16 MiB wait for the disk of the session folder. The
/// message was not accepted.
public final class OutboxFullException extends MqttException {

    private static final long serialVersionUID = 1L;

    OutboxFullException(String message) {
        super(message, null);
    }
}
