package dev.caddis.agent.status;

import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/// What was published to one topic: the last values of its fields, and of numbers those before.
/// Used under the board's lock.
final class TopicView {

    private static final int FIELDS_MAX = 64;
    private static final int POINTS = 60;
    private static final int TEXT_CHARACTERS_MAX = 200;

    private static final JsonFactory JSON = new JsonFactory();

    /// The newest value of a field.
    ///
    /// @param text as JSON writes it; `null`: the reading failed
    /// @param points the numbers so far; `null` for one that failed
    record Field(@Nullable String text, Ring<@Nullable Double> points) {}

    final String topic;
    private final SequencedMap<String, Field> fields = new LinkedHashMap<>();
    private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
    private long published;
    private @Nullable Instant at;
    private long revision;

    TopicView(String topic) {
        this.topic = topic;
    }

    void published(Bytes payload, Instant now, long nextRevision) {
        published++;
        at = now;
        revision = nextRevision;
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), payload.toByteArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                value(name, parser, token);
                parser.skipChildren();
            }
        } catch (JacksonException notJson) { // then there are no fields to show
            fields.clear();
        }
    }

    private void value(String name, JsonParser parser, JsonToken token) {
        Field before = fields.get(name);
        if (before == null && fields.size() == FIELDS_MAX) {
            return;
        }
        Ring<@Nullable Double> points = before == null ? new Ring<>(POINTS) : before.points;
        points.add(token.isNumeric() ? (Double) parser.getDoubleValue() : null);
        String text =
                switch (token) {
                    case VALUE_NULL -> null;
                    case START_OBJECT -> "{...}";
                    case START_ARRAY -> "[...]";
                    default -> shortened(parser.getString());
                };
        fields.put(name, new Field(text, points));
    }

    private static String shortened(String text) {
        return text.length() <= TEXT_CHARACTERS_MAX
                ? text
                : text.substring(0, TEXT_CHARACTERS_MAX) + "...";
    }

    void settled(Outcome outcome, long nextRevision) {
        outcomes.merge(outcome, 1L, Long::sum);
        revision = nextRevision;
    }

    SequencedMap<String, Field> fields() {
        return Collections.unmodifiableSequencedMap(fields);
    }

    long published() {
        return published;
    }

    long count(Outcome outcome) {
        return outcomes.getOrDefault(outcome, 0L);
    }

    @Nullable Instant at() {
        return at;
    }

    boolean changedAfter(long otherRevision) {
        return revision > otherRevision;
    }
}
