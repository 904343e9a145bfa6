package dev.caddis.agent.config;

import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.telemetry.TopicSettings;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// Everything one configuration file says, checked, with defaults filled in and every `${...}`
/// resolved.
///
/// @param deviceId this device's name; fits into one level of a topic
/// @param brokers where messages go: one at least, all encrypted or none, tried in this order
/// @param tls `null` when the file has no such section: an `mqtts` broker is then verified against
///   the system's CAs
/// @param topics what is published; empty only when `subscriptions` is not
/// @param status where the status server listens; `null`: there is none
/// @param sensorsRoot the directory below which `/sys` and `/proc` are looked for, `/` on a device
public record AgentSettings(
        String deviceId,
        List<Broker> brokers,
        @Nullable Tls tls,
        SessionSettings session,
        Availability availability,
        List<TopicSettings> topics,
        List<SubscriptionSettings> subscriptions,
        StoreSettings store,
        @Nullable StatusSettings status,
        LogSettings log,
        Path sensorsRoot) {

    public AgentSettings {
        brokers = List.copyOf(brokers);
        topics = List.copyOf(topics);
        subscriptions = List.copyOf(subscriptions);
    }

    /// The first of the brokers.
    public Broker broker() {
        return brokers.getFirst();
    }
}
