package dev.caddis.mqtt;

/// What happens to a message of QoS 1 or 2 whose handler is later than
/// [MqttClientBuilder#handlerDeadline]. Each is told once as
/// [dev.caddis.mqtt.event.ClientEvent.HandlerLate].
public enum WhenHandlerLate {
    /// Nothing else: the message, and with QoS 1 the acknowledgements behind it, go on waiting. The
    /// default.
    TELL,
    /// It is acknowledged as though it was handled.
    ACKNOWLEDGE,
    /// The connection is made anew, so that the broker delivers a QoS 1 message again. A QoS 2
    /// message, which it delivers once, goes on waiting.
    RECONNECT
}
