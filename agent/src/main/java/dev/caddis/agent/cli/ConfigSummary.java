package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.Demands;
import dev.caddis.agent.config.Durations;
import dev.caddis.agent.config.SessionSettings;
import dev.caddis.agent.config.Sizes;
import dev.caddis.agent.config.StoreSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.config.Tls;
import dev.caddis.agent.identity.RenewSettings;
import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.status.StatusSettings.Access;
import dev.caddis.agent.status.StatusSettings.Report;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.LoadedIdentity;
import dev.caddis.mqtt.identity.TlsVersion;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What an agent with these settings would do, for a person.
record ConfigSummary(AgentSettings settings) {

    private static final String NONE = "none";

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        add(lines, "device", settings.deviceId());
        settings.brokers().forEach(each -> add(lines, "broker", broker(each)));
        add(lines, "identity", identity());
        Tls tls = settings.tls();
        if (tls != null) {
            demands(tls.demands()).ifPresent(text -> add(lines, "demands", text));
            RenewSettings renew = tls.renew();
            if (renew != null) {
                add(lines, "renewal", renewal(renew));
            }
        }
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
        StatusSettings status = settings.status();
        if (status != null) {
            if (status.address() != null) {
                add(lines, "status page", page(status));
            }
            Report report = status.report();
            if (report != null) {
                add(lines, "metrics", report.topic() + " every " + Durations.text(report.every()));
            }
        }
        return lines;
    }

    private static Optional<String> demands(Demands demands) {
        List<String> all = new ArrayList<>();
        if (demands.minVersion() == TlsVersion.TLS_1_3) {
            all.add("TLS 1.3");
        }
        if (!demands.pins().isEmpty()) {
            int pins = demands.pins().size();
            all.add(pins == 1 ? "the pinned key" : "one of " + pins + " pinned keys");
        }
        if (demands.crl() != null) {
            all.add("not revoked by " + demands.crl());
        }
        if (demands.ocsp() != null) {
            all.add("stapled OCSP " + demands.ocsp().name().toLowerCase(Locale.ROOT));
        }
        return all.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", all));
    }

    /// Without the arguments, in which a secret may stand.
    private static String renewal(RenewSettings renew) {
        return Durations.text(renew.before()) + " before the end, by " + renew.command().getFirst();
    }

    private static String page(StatusSettings status) {
        String url = status.url(status.port());
        Access access = status.access();
        if (access == null) {
            return url + ", for everybody on this machine";
        }
        return url + ", for who has the token; " + certificate(access.identity());
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
                + (broker.proxy() == null ? "" : ", through " + broker.proxy().url())
                + (broker.sharedSession() ? ", shared session" : "");
    }

    private String identity() {
        Tls tls = settings.tls();
        if (tls == null) {
            return isEncrypted(settings.broker())
                    ? "no client certificate; trusts the system's CAs"
                    : "none, and nothing is encrypted";
        }
        return certificate(tls.identity()) + "; trusts " + trusted(tls);
    }

    private static boolean isEncrypted(Broker broker) {
        return broker.url().startsWith("mqtts:") || broker.url().startsWith("wss:");
    }

    private static String trusted(Tls tls) {
        Path ca = tls.ca();
        if (ca != null) {
            return ca.toString();
        }
        Path store = tls.pkcs12();
        return store == null
                ? "the system's CAs"
                : "the CAs in " + store + ", or the system's where it marks none as trusted";
    }

    private static String certificate(ClientIdentity identity) {
        try {
            LoadedIdentity loaded = identity.load();
            String expires = loaded.notAfter().map(end -> ", valid until " + end).orElse("");
            return loaded.subject().orElse("no client certificate") + expires;
        } catch (IdentityException unusable) { // it was usable a moment ago
            return String.valueOf(unusable.getMessage());
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
