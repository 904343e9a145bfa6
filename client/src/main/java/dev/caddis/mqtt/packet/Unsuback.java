package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Answers UNSUBSCRIBE (3.11).
///
/// @param reasons one for each filter, in that order `[MQTT-3.11.3-1]`; empty in 3.1.1, which
///   carries none
public record Unsuback(
        int packetId,
        List<ReasonCode> reasons,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Packet {

    public Unsuback {
        reasons = List.copyOf(reasons);
        userProperties = List.copyOf(userProperties);
    }
}
