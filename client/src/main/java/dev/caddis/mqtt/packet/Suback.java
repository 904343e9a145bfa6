package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Answers SUBSCRIBE (3.9).
///
/// @param reasons one for each filter asked for, in that order `[MQTT-3.9.3-1]`; the return code
///   0x80 of 3.1.1 is [ReasonCode#UNSPECIFIED_ERROR]
public record Suback(
        int packetId,
        List<ReasonCode> reasons,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Packet {

    public Suback {
        reasons = List.copyOf(reasons);
        userProperties = List.copyOf(userProperties);
    }
}
