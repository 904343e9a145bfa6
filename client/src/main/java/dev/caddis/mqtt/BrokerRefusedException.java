package dev.caddis.mqtt;

import dev.caddis.mqtt.packet.ReasonCode;

/// The broker refused a message (PUBACK or PUBREC of 0x80 and above) or a filter (SUBACK). It is
/// not sent again `[MQTT-4.4.0-2]`.
public final class BrokerRefusedException extends MqttException {

    private static final long serialVersionUID = 1L;

    private final ReasonCode reason;

    BrokerRefusedException(String message, ReasonCode reason) {
        super(message, null);
        this.reason = reason;
    }

    /// The broker's reason.
    public ReasonCode reason() {
        return reason;
    }
}
