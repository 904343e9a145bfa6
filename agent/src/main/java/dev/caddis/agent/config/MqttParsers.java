package dev.caddis.agent.config;

import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.packet.TopicName;

import java.util.List;
import java.util.Locale;

/// Names that end up in topics, and data paths.
final class MqttParsers {

    private MqttParsers() {}

    /// A topic to publish to: no wildcard.
    static Parser<String> topic() {
        return text -> {
            requireVisible(text);
            if (text.indexOf('+') >= 0 || text.indexOf('#') >= 0) {
                throw Refused.value(
                        "holds a wildcard", "write one topic; + and # stand in subscriptions only");
            }
            try {
                return new TopicName(text).value();
            } catch (IllegalArgumentException notATopic) {
                throw Refused.plainly(
                        reason(notATopic), "write a topic such as \"${device.id}/data\"");
            }
        };
    }

    /// What a subscription asks for.
    static Parser<String> filter() {
        return text -> {
            requireVisible(text);
            try {
                return new TopicFilter(text).value();
            } catch (IllegalArgumentException notAFilter) {
                throw Refused.plainly(
                        reason(notAFilter),
                        "write a filter such as \"${device.id}/commands/#\" or \"+/state\"");
            }
        };
    }

    /// A device id: one topic level that tells this device from all others.
    static Parser<String> deviceId() {
        return text -> {
            requireVisible(text);
            String lower = text.toLowerCase(Locale.ROOT);
            if (lower.equals("localhost") || lower.startsWith("localhost.")) {
                throw Refused.value(
                        "is the name of every machine",
                        "write a name that only this device has, such as pump-17");
            }
            for (String c : List.of("/", "+", "#")) {
                if (text.contains(c)) {
                    throw Refused.value(
                            "holds " + c + ", which cannot be in one level of a topic",
                            "write a name without / + #");
                }
            }
            if (!text.equals(text.strip())) {
                throw Refused.value("begins or ends with a space", "remove it");
            }
            return Parsers.mqttText().parse(text);
        };
    }

    /// A name in the device tree. Whether anything answers it is seen when it is read, not here.
    static Parser<String> dataPath() {
        return text -> {
            requireVisible(text);
            if (text.chars().anyMatch(Character::isWhitespace)) {
                throw Refused.value(
                        "holds a space", "write a data path such as /sensors/temperature");
            }
            return text;
        };
    }

    private static void requireVisible(String text) throws Refused {
        if (text.isBlank()) {
            throw Refused.plainly("is empty", "write a value");
        }
        if (text.chars().anyMatch(c -> Quote.isControl((char) c))) {
            throw Refused.value("holds a control character", "remove it");
        }
    }

    /// The library's sentence without its own remedy.
    private static String reason(IllegalArgumentException refusal) {
        String message = String.valueOf(refusal.getMessage());
        int semicolon = message.lastIndexOf("; ");
        return Quote.oneLine(semicolon < 0 ? message : message.substring(0, semicolon));
    }
}
