package dev.caddis.agent;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.telemetry.TopicSettings;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/// What differs between two configurations, section by section.
///
/// @param parts that differ
/// @param refused why a running agent cannot go over, one sentence each; empty: it can
public record Changes(Set<Part> parts, List<String> refused) {

    /// A section of the configuration; those up to STORE make up the connection.
    public enum Part {
        BROKERS,
        TLS,
        SESSION,
        AVAILABILITY,
        STORE,
        SUBSCRIPTIONS,
        TOPICS,
        /// `device.root`, from where readings come.
        SOURCES,
        STATUS,
        LOG;

        private boolean connects() {
            return compareTo(STORE) <= 0;
        }

        private String section() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Changes {
        parts = Set.copyOf(parts);
        refused = List.copyOf(refused);
    }

    static Changes between(AgentSettings now, AgentSettings next) {
        Set<Part> parts = EnumSet.noneOf(Part.class);
        note(parts, Part.BROKERS, now.brokers(), next.brokers());
        note(parts, Part.TLS, now.tls(), next.tls());
        note(parts, Part.SESSION, now.session(), next.session());
        note(parts, Part.AVAILABILITY, now.availability(), next.availability());
        note(parts, Part.STORE, now.store(), next.store());
        note(parts, Part.SUBSCRIPTIONS, now.subscriptions(), next.subscriptions());
        note(parts, Part.SOURCES, now.sensorsRoot(), next.sensorsRoot());
        note(parts, Part.STATUS, now.status(), next.status());
        note(parts, Part.LOG, now.log(), next.log());
        if (!publishTheSame(now.topics(), next.topics())) {
            parts.add(Part.TOPICS);
        }
        return new Changes(parts, refused(now, next, parts));
    }

    private static void note(
            Set<Part> parts, Part part, @Nullable Object now, @Nullable Object next) {
        if (!Objects.equals(now, next)) {
            parts.add(part);
        }
    }

    private static boolean publishTheSame(List<TopicSettings> now, List<TopicSettings> next) {
        if (now.size() != next.size()) {
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!now.get(i).publishesAs(next.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// Under another name it would be another device, and what waits belongs to this one.
    private static List<String> refused(AgentSettings now, AgentSettings next, Set<Part> parts) {
        List<String> refused = new ArrayList<>();
        refuse(refused, "device.id", now.deviceId(), next.deviceId());
        refuse(refused, "session.client_id", now.session().clientId(), next.session().clientId());
        refuse(refused, "store.path", now.store().folder(), next.store().folder());
        if (refused.isEmpty()
                && now.store().folder() == null
                && parts.stream().anyMatch(Part::connects)) {
            refused.add(
                    names(parts.stream().filter(Part::connects).collect(Collectors.toSet()))
                            + " cannot change while the agent runs with store.durability: memory,"
                            + " since what waits would be lost; start it again");
        }
        return refused;
    }

    private static void refuse(
            List<String> refused, String key, @Nullable Object now, @Nullable Object next) {
        if (!Objects.equals(now, next)) {
            refused.add(
                    "%s cannot change from %s to %s while the agent runs; start it again"
                            .formatted(key, text(now), text(next)));
        }
    }

    private static String text(@Nullable Object value) {
        return value == null ? "none" : OneLine.text(value.toString());
    }

    public boolean has(Part part) {
        return parts.contains(part);
    }

    /// Whether it takes another connection.
    boolean connection() {
        return parts.stream().anyMatch(Part::connects);
    }

    /// What a person is told of it: `topics, log changed; the connection goes on`.
    public String sentence() {
        return parts.isEmpty()
                ? "nothing that the agent does has changed"
                : names(parts)
                        + (connection()
                                ? " changed; connecting again"
                                : " changed; the connection goes on");
    }

    private static String names(Set<Part> parts) {
        return parts.stream().sorted().map(Part::section).collect(Collectors.joining(", "));
    }
}
