package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Asks for messages whose topics match (3.8).
///
/// @param requests at least one `[MQTT-3.8.3-2]`
/// @param subscriptionIdentifier 1 to 268,435,455, MQTT 5 only; `null` leaves it out
public record Subscribe(
        int packetId,
        List<Request> requests,
        @Nullable Integer subscriptionIdentifier,
        List<UserProperty> userProperties)
        implements Packet {

    public Subscribe {
        requests = List.copyOf(requests);
        userProperties = List.copyOf(userProperties);
    }

    /// One filter and its options.
    public record Request(String filter, SubscriptionOptions options) {}
}
