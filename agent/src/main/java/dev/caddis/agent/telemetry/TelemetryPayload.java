package dev.caddis.agent.telemetry;

import dev.caddis.agent.source.Reading;
import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Writes one topic's readings as one JSON object:
/// `{"ts":"2026-11-22T02:30:00.000Z","temperature":21.5,"humidity":null}`.
///
/// The time is RFC 3339 in UTC with milliseconds, always three. A failed reading is `null`, and so
/// is a number that JSON does not have (NaN, infinity), inside lists and objects too.
public final class TelemetryPayload {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final JsonFactory json = new JsonFactory();

    /// @param timestampField null: the payload says nothing about time
    /// @param takenAt when the readings were taken
    /// @param readings by field name, in the order in which they are written
    public Bytes write(
            @Nullable String timestampField,
            Instant takenAt,
            SequencedMap<String, Reading> readings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = json.createGenerator(ObjectWriteContext.empty(), bytes)) {
            generator.writeStartObject();
            if (timestampField != null) {
                generator.writeStringProperty(timestampField, RFC_3339.format(takenAt));
            }
            readings.forEach((field, reading) -> {
                generator.writeName(field);
                write(generator, reading.failed() ? null : reading.value());
            });
            generator.writeEndObject();
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    private static void write(JsonGenerator generator, @Nullable Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case Boolean flag -> generator.writeBoolean(flag);
            case Long number -> generator.writeNumber(number);
            case Double number when Double.isFinite(number) -> generator.writeNumber(number);
            case Double _ -> generator.writeNull();
            case List<?> list -> {
                generator.writeStartArray();
                list.forEach(element -> write(generator, element));
                generator.writeEndArray();
            }
            case Map<?, ?> map -> {
                generator.writeStartObject();
                map.forEach((name, member) -> {
                    generator.writeName(String.valueOf(name));
                    write(generator, member);
                });
                generator.writeEndObject();
            }
            default -> generator.writeString(value.toString());
        }
    }
}
