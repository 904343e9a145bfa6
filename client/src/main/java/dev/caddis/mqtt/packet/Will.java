package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What the broker publishes when this client vanishes (3.1.2.5).
///
/// @param delaySeconds how long the broker waits first, MQTT 5 only; `null` is 0
/// @param messageExpirySeconds MQTT 5 only
/// @param payloadIsUtf8 the Payload Format Indicator, MQTT 5 only
public record Will(
        String topic,
        Bytes payload,
        Qos qos,
        boolean retain,
        @Nullable Long delaySeconds,
        boolean payloadIsUtf8,
        @Nullable Long messageExpirySeconds,
        @Nullable String contentType,
        @Nullable String responseTopic,
        @Nullable Bytes correlationData,
        List<UserProperty> userProperties) {

    public Will {
        userProperties = List.copyOf(userProperties);
    }
}
