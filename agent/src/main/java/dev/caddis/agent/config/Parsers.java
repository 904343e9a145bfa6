package dev.caddis.agent.config;

import dev.caddis.mqtt.packet.Qos;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// The kinds of value that occur in several sections.
final class Parsers {

    private static final int MQTT_STRING_BYTES_MAX = 65_535;

    private Parsers() {}

    static Parser<String> text() {
        return text -> text;
    }

    /// Text that is not empty and fits into one string of an MQTT packet.
    static Parser<String> mqttText() {
        return text -> {
            if (text.isEmpty()) {
                throw Refused.plainly("is empty", "write a value, or remove the key");
            }
            if (text.indexOf('\0') >= 0) {
                throw Refused.plainly("holds a NUL character", "remove it");
            }
            return fitting(text);
        };
    }

    /// A payload that a will can carry; it may be empty.
    static Parser<String> payload() {
        return Parsers::fitting;
    }

    private static String fitting(String text) throws Refused {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MQTT_STRING_BYTES_MAX) {
            throw Refused.plainly(
                    "is " + bytes + " bytes long",
                    "write at most " + MQTT_STRING_BYTES_MAX + " bytes");
        }
        return text;
    }

    static Parser<Qos> qos() {
        return choice(
                Map.of("0", Qos.AT_MOST_ONCE, "1", Qos.AT_LEAST_ONCE, "2", Qos.EXACTLY_ONCE),
                "0, 1 or 2");
    }

    static Parser<Boolean> flag() {
        return choice(Map.of("true", true, "false", false), "true or false");
    }

    /// One of a few words.
    static <T> Parser<T> choice(Map<String, T> choices, String sentence) {
        return text -> {
            T chosen = choices.get(text);
            if (chosen == null) {
                throw Refused.value("is none of the possible values", "write " + sentence);
            }
            return chosen;
        };
    }
}
