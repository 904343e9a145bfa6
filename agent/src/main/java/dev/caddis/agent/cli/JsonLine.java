package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A JSON object that stands in one line, in characters that every terminal and every encoding has.
final class JsonLine {

    private static final JsonFactory FACTORY =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    private final Map<String, @Nullable Object> members = new LinkedHashMap<>();

    /// Adds a member, behind those that are there.
    ///
    /// @param value text, number, boolean, list, map with names for keys, or `null`
    JsonLine with(String name, @Nullable Object value) {
        members.put(name, value);
        return this;
    }

    @Override
    public String toString() {
        return of(members);
    }

    /// `value` as JSON.
    static String of(@Nullable Object value) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), line)) {
            write(json, value);
        }
        return line.toString();
    }

    private static void write(JsonGenerator json, @Nullable Object value) {
        switch (value) {
            case null -> json.writeNull();
            case Boolean flag -> json.writeBoolean(flag);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(element -> write(json, element));
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((name, member) -> {
                    json.writeName(String.valueOf(name));
                    write(json, member);
                });
                json.writeEndObject();
            }
            default -> json.writeString(value.toString());
        }
    }
}
