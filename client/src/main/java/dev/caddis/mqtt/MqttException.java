package dev.caddis.mqtt;

import org.jspecify.annotations.Nullable;

/// Something that a caller of the library has to know: the message says what, where, why, and what
/// to do next.
public abstract sealed class MqttException extends RuntimeException
        permits BrokerRefusedException,
                ClientClosedException,
                ClientInterruptedException,
                DeadlineException,
                MessageDroppedException,
                OpenException,
                OutcomeForgottenException,
                OutboxFullException,
                ProbeException {

    private static final long serialVersionUID = 1L;

    MqttException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
