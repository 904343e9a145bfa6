package dev.caddis.agent.config;

import dev.caddis.mqtt.packet.Qos;

import java.time.Duration;
import java.util.Optional;

/// How a topic is published: section `defaults`, and what the long form of one topic says instead.
///
/// @param timestamp the field's name; empty: none
record TopicDefaults(Duration every, Qos qos, boolean retain, Optional<String> timestamp) {

    private static final TopicDefaults BUILT_IN =
            new TopicDefaults(Duration.ofSeconds(10), Qos.AT_LEAST_ONCE, false, Optional.of("ts"));
    private static final Parser<Duration> EVERY =
            DurationParser.between(Duration.ofMillis(100), Duration.ofDays(30));

    /// What section `defaults` says, over what is built in.
    static TopicDefaults read(Section root) {
        Section defaults = root.section("defaults", Keys.DEFAULTS);
        return defaults == null ? BUILT_IN : BUILT_IN.overriddenBy(defaults);
    }

    /// These, except where `section` has the key.
    TopicDefaults overriddenBy(Section section) {
        return new TopicDefaults(
                section.read("every", EVERY, every),
                section.read("qos", Parsers.qos(), qos),
                section.read("retain", Parsers.flag(), retain),
                section.read("timestamp", TopicDefaults::fieldName, timestamp));
    }

    private static Optional<String> fieldName(String text) throws Refused {
        if (text.isBlank()) {
            throw Refused.plainly("is empty", "write the name of a field, or none");
        }
        return text.equals("none") ? Optional.empty() : Optional.of(text);
    }
}
