package dev.caddis.mqtt.packet;

import java.util.List;

/// Ends subscriptions (3.10).
///
/// @param filters at least one `[MQTT-3.10.3-2]`
public record Unsubscribe(int packetId, List<String> filters, List<UserProperty> userProperties)
        implements Packet {

    public Unsubscribe {
        filters = List.copyOf(filters);
        userProperties = List.copyOf(userProperties);
    }
}
