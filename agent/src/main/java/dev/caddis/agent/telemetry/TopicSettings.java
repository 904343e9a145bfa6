package dev.caddis.agent.telemetry;

import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// One topic and what is published to it.
///
/// @param topic a topic name, without wildcards
/// @param every how often, more than zero
/// @param timestampField the field that tells when the readings were taken; null: none
/// @param fields data path by field name, in the order they stand in the payload
public record TopicSettings(
        String topic,
        Duration every,
        Qos qos,
        boolean retain,
        @Nullable String timestampField,
        SequencedMap<String, String> fields) {

    public TopicSettings {
        if (!every.isPositive()) {
            throw new IllegalArgumentException(
                    topic + ": the interval is " + every + "; write more than zero");
        }
        if (timestampField != null && fields.containsKey(timestampField)) {
            throw new IllegalArgumentException(
                    topic
                            + ": the field "
                            + timestampField
                            + " has the timestamp's name; rename one");
        }
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    /// Whether the same is published: equal, and the fields in the same order, of which equality
    /// says nothing.
    public boolean publishesAs(TopicSettings other) {
        return equals(other)
                && List.copyOf(fields.keySet()).equals(List.copyOf(other.fields.keySet()));
    }
}
