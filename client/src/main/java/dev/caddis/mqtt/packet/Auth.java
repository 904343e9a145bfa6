package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// A step of enhanced authentication (MQTT 5.0 section 3.15).
public record Auth(
        ReasonCode reason,
        @Nullable String authenticationMethod,
        @Nullable Bytes authenticationData,
        @Nullable String reasonString,
        List<UserProperty> userProperties)
        implements Packet {

    public Auth {
        userProperties = List.copyOf(userProperties);
    }
}
