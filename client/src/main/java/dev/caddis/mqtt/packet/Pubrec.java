package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Answers a QoS 2 PUBLISH: the receiver has it, or refuses it (3.5).
public record Pubrec(
        int packetId,
        ReasonCode reason,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Acknowledgement {

    public Pubrec {
        userProperties = List.copyOf(userProperties);
    }

    public Pubrec(int packetId, ReasonCode reason) {
        this(packetId, reason, null, List.of());
    }
}
