package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Durations;
import dev.caddis.agent.config.SessionSettings;
import dev.caddis.agent.config.Sizes;
import dev.caddis.agent.config.StoreSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.config.Tls;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.LoadedIdentity;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What an agent with these settings would do, for a person.
record ConfigSummary(AgentSettings settings) {

    private static final String NONE = "none";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        add(lines, "device", settings.deviceId());
        settings.brokers().forEach(each -> add(lines, "broker", broker(each)));
        add(lines, "identity", identity());
        add(lines, "session", session(settings.session()));
        add(lines, "availability", availability(settings.availability()));
        for (TopicSettings topic : settings.topics()) {
            add(lines, "publishes", topic(topic));
        }
        for (SubscriptionSettings each : settings.subscriptions()) {
            add(
                    lines,
                    "subscribes",
                    each.filter() + ", QoS " + each.qos().level() + ": " + handler(each));
        }
        add(lines, "store", store(settings.store()));
        return lines;
    }

    private static String store(StoreSettings store) {
        return (store.folder() == null ? "in memory" : store.folder() + ", " + survives(store))
                + ", "
                + Sizes.text(store.maxBytes())
                + " at most, then "
                + store.whenFull().name().toLowerCase(Locale.ROOT)
                + (store.maxAge() == null ? "" : ", for " + Durations.text(store.maxAge()));
    }

    private static String survives(StoreSettings store) {
        return store.durability() == StoreSettings.Durability.POWER
                ? "survives a power cut"
                : "survives the process";
    }

    private static void add(List<String> lines, String what, String text) {
        lines.add(String.format("  %-13s %s", what, text));
    }

    private static String broker(Broker broker) {
        String user = broker.username();
        return broker.url()
                + (user == null ? "" : ", user " + user)
                + (broker.sharedSession() ? ", shared session" : "");
    }

    private String identity() {
        Tls tls = settings.tls();
        if (tls == null) {
            return settings.broker().url().startsWith("mqtts:")
                    ? "no client certificate; trusts the system's CAs"
                    : "none, and nothing is encrypted";
        }
        Path ca = tls.ca();
        String trusts = "; trusts " + (ca == null ? "the system's CAs" : ca.toString());
        try {
            LoadedIdentity loaded = tls.identity().load();
            String expires = loaded.notAfter().map(end -> ", valid until " + end).orElse("");
            return loaded.subject().orElse("no client certificate") + expires + trusts;
        } catch (IdentityException unusable) { // it was usable a moment ago
            return unusable.getMessage() + trusts;
        }
    }

    private static String session(SessionSettings session) {
        String version =
                switch (session.mqtt()) {
                    case AUTO -> "5 or 3.1.1";
                    case V5 -> "5";
                    case V3_1_1 -> "3.1.1";
                };
        return "client id "
                + session.clientId()
                + ", MQTT "
                + version
                + ", keep alive "
                + (session.keepAlive().isZero() ? "off" : Durations.text(session.keepAlive()))
                + ", kept for "
                + Durations.text(session.expiry());
    }

    private static String availability(Availability availability) {
        if (!availability.enabled()) {
            return NONE;
        }
        return availability.topic()
                + ", QoS "
                + availability.qos().level()
                + (availability.retain() ? ", retained" : "")
                + ": "
                + (availability.online().isEmpty()
                        ? "no birth; as the last will "
                        : availability.online() + " and ")
                + availability.offline();
    }

    private static String topic(TopicSettings topic) {
        return topic.topic()
                + " every "
                + Durations.text(topic.every())
                + ", QoS "
                + topic.qos().level()
                + (topic.retain() ? ", retained" : "")
                + ": "
                + (topic.timestampField() == null ? "" : topic.timestampField() + ", ")
                + String.join(", ", topic.fields().keySet());
    }

    private static String handler(SubscriptionSettings subscription) {
        return switch (subscription.handler()) {
            case LOG -> "log";
        };
    }
}
