package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Answers a QoS 1 PUBLISH: the receiver has it, or refuses it (3.4).
public record Puback(
        int packetId,
        ReasonCode reason,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Acknowledgement {

    public Puback {
        userProperties = List.copyOf(userProperties);
    }

    public Puback(int packetId, ReasonCode reason) {
        this(packetId, reason, null, List.of());
    }
}
