package dev.caddis.agent.config;

import dev.caddis.agent.telemetry.TopicSettings;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// Everything one configuration file says, checked, with defaults filled in and every `${...}`
/// resolved.
///
/// @param deviceId this device's name; fits into one level of a topic
/// @param broker where messages go
/// @param tls `null` when the file has no such section: an `mqtts` broker is then verified against
///   the system's CAs
/// @param topics what is published; empty only when `subscriptions` is not
/// @param sensorsRoot the directory below which `/sys` and `/proc` are looked for, `/` on a device
public record AgentSettings(
        String deviceId,
        Broker broker,
        @Nullable Tls tls,
        SessionSettings session,
        Availability availability,
        List<TopicSettings> topics,
        List<SubscriptionSettings> subscriptions,
        LogSettings log,
        Path sensorsRoot) {

    public AgentSettings {
        topics = List.copyOf(topics);
        subscriptions = List.copyOf(subscriptions);
    }
}
