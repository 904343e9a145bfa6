package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

/// A QoS 2 message that arrived and whose exchange is open (4.3.3).
///
/// @param handled whether its handler is done
public record Incoming(int packetId, Publish message, boolean handled) {

    private static final Publish NOTHING =
            new Publish(
                    "", Bytes.EMPTY, Qos.EXACTLY_ONCE, false, false, 0, Publish.Properties.NONE);

    /// The identifier is kept until PUBREL, the content no longer.
    static Incoming handled(int packetId) {
        return new Incoming(packetId, NOTHING, true);
    }
}
