package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Publish;

/// A QoS 2 message that arrived and whose exchange is open (4.3.3).
///
/// @param handled whether its handler is done
public record Incoming(int packetId, Publish message, boolean handled) {

    /// The identifier is kept until PUBREL, the content no longer.
    Incoming withHandled() {
        return new Incoming(packetId, message.withoutContent(), true);
    }
}
