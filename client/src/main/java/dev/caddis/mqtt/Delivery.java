package dev.caddis.mqtt;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

/// A message that arrived.
///
/// @param duplicate the broker says that it may have delivered this one before (DUP)
public record Delivery(Message message, boolean duplicate) {

    static Delivery of(Publish publish) {
        return new Delivery(Message.of(publish), publish.dup());
    }

    public String topic() {
        return message.topic();
    }

    /// The payload as UTF-8 text.
    public String text() {
        return message.text();
    }

    public Qos qos() {
        return message.qos();
    }
}
