package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One JSON value: an object, a list, a text, a number, true, false or nothing. A member that is
/// not there is nothing too, so that a later agent may say more and an earlier one less.
record JsonTree(@Nullable Object value) {

    private static final JsonFactory JSON = new JsonFactory();

    /// @throws IllegalArgumentException when it is no JSON
    static JsonTree of(String text) {
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            return new JsonTree(read(parser));
        } catch (JacksonException e) {
            throw new IllegalArgumentException("it is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static @Nullable Object read(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    members.put(name, read(parser));
                }
                yield members;
            }
            case START_ARRAY -> {
                List<@Nullable Object> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(read(parser));
                }
                yield elements;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case null, default -> parser.getString();
        };
    }

    JsonTree at(String name) {
        return new JsonTree(value instanceof Map<?, ?> members ? members.get(name) : null);
    }

    List<JsonTree> all() {
        return value instanceof List<?> elements
                ? elements.stream().<JsonTree>map(JsonTree::new).toList()
                : List.of();
    }

    boolean isNothing() {
        return value == null;
    }

    boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    long number() {
        return value instanceof Number number ? number.longValue() : 0;
    }

    /// Empty when there is nothing.
    String text() {
        return value == null ? "" : value.toString();
    }
}
