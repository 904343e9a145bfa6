package dev.caddis.mqtt;

/// The outcome of a message was asked for too late: outcomes other than plain success are
/// remembered for the last 10,000 runs of messages only, and this one may have been among the
/// forgotten.
public final class OutcomeForgottenException extends MqttException {

    private static final long serialVersionUID = 1L;

    OutcomeForgottenException(String message) {
        super(message, null);
    }
}
