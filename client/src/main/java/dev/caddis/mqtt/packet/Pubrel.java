package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Answers PUBREC: the sender will never repeat the PUBLISH (3.6).
public record Pubrel(
        int packetId,
        ReasonCode reason,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Acknowledgement {

    public Pubrel {
        userProperties = List.copyOf(userProperties);
    }

    public Pubrel(int packetId, ReasonCode reason) {
        this(packetId, reason, null, List.of());
    }
}
