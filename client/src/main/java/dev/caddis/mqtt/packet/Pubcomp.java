package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Answers PUBREL and ends a QoS 2 exchange (3.7).
public record Pubcomp(
        int packetId,
        ReasonCode reason,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Acknowledgement {

    public Pubcomp {
        userProperties = List.copyOf(userProperties);
    }

    public Pubcomp(int packetId, ReasonCode reason) {
        this(packetId, reason, null, List.of());
    }
}
