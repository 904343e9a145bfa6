package dev.caddis.testkit.hostile;

import static dev.caddis.mqtt.packet.ReasonCode.MALFORMED_PACKET;
import static dev.caddis.mqtt.packet.ReasonCode.PROTOCOL_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_ALIAS_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_NAME_INVALID;

import dev.caddis.mqtt.packet.ReasonCode;

import java.util.List;

/// Every way to spoil the properties of a packet (2.2.2), one property at a time.
final class MalformedProperties {

    /// Takes one of them.
    interface Sink {
        void add(String what, String hex, ReasonCode reason);
    }

    /// Beyond the last that the standard names: 2B, 7F, 128 and 268,435,455.
    private static final List<String> UNNAMED = List.of("2B", "7F", "8001", "FFFFFF7F", "00");

    private static final List<String> TOO_LONG = List.of("8080808001", "FFFFFFFF7F");

    private final Shape shape;
    private final Sink sink;

    private MalformedProperties(Shape shape, Sink sink) {
        this.shape = shape;
        this.sink = sink;
    }

    static void of(Shape shape, Sink sink) {
        var properties = new MalformedProperties(shape, sink);
        properties.sectionLengths();
        properties.foreign();
        for (int id : shape.properties()) {
            properties.duplicates(id);
            properties.cuts(id);
            properties.lies(id);
            properties.texts(id);
            properties.values(id);
        }
    }

    private void add(String what, String properties, ReasonCode reason) {
        sink.add(what, shape.with(shape.required() + properties), reason);
    }

    private void sectionLengths() {
        String properties = shape.required() + PropertySample.of(PropertySample.PAIR);
        int length = Hex.count(properties);
        for (int bytes = 2; bytes <= 4; bytes++) {
            section("property length [MQTT-1.5.5-1]", Hex.padded(length, bytes) + properties);
        }
        TOO_LONG.forEach(five -> section("property length 1.5.5", five + properties));
        for (int more = 1; more <= Hex.count(shape.tail()) + 2; more++) {
            section(
                    "property length " + more + " too long",
                    Hex.length(length + more) + properties);
        }
        for (int less = 1; less < Hex.count(PropertySample.of(PropertySample.PAIR)); less++) {
            section(
                    "property length " + less + " too short",
                    Hex.length(length - less) + properties);
        }
        UNNAMED.forEach(id -> add("property " + id + " 2.2.2.2", id + "00", MALFORMED_PACKET));
        add("property identifier [MQTT-1.5.5-1]", "A600" + "0000" + "0000", MALFORMED_PACKET);
        TOO_LONG.forEach(id -> add("property identifier 1.5.5", id, MALFORMED_PACKET));
    }

    private void section(String what, String section) {
        sink.add(what, shape.packet(shape.head() + section + shape.tail()), MALFORMED_PACKET);
    }

    private void foreign() {
        for (int id = 0; id <= 0x2A; id++) {
            if (shape.properties().contains(id)) {
                continue;
            }
            boolean named = shape.name().equals("DISCONNECT") && id == 0x11; // [MQTT-3.14.2-2]
            add(
                    "property %02X 2.2.2.2".formatted(id),
                    PropertySample.of(id),
                    named ? PROTOCOL_ERROR : MALFORMED_PACKET);
        }
    }

    private void duplicates(int id) {
        boolean mayRepeat =
                id == PropertySample.PAIR
                        || (id == PropertySample.SUBSCRIPTION && shape.isPublish());
        if (!mayRepeat) {
            String once = PropertySample.of(id);
            add("property %02X twice".formatted(id), once + once, PROTOCOL_ERROR);
            String between = once + PropertySample.of(PropertySample.PAIR) + once;
            add("property %02X twice, apart".formatted(id), between, PROTOCOL_ERROR);
        }
    }

    private void cuts(int id) {
        if (shape.required().equals(PropertySample.of(id))) {
            sink.add("property %02X missing".formatted(id), shape.with(""), PROTOCOL_ERROR);
            return;
        }
        String whole = PropertySample.of(id);
        for (int bytes = 1; bytes < Hex.count(whole); bytes++) {
            String what = "property %02X cut after %d bytes".formatted(id, bytes);
            add(what, Hex.first(bytes, whole), MALFORMED_PACKET);
        }
    }

    private void lies(int id) {
        boolean counted = PropertySample.TEXTS.contains(id) || PropertySample.BINARIES.contains(id);
        for (int length : new int[] {0, 1, 2, 4, 5, 0x7FFF, 0xFFFF}) {
            String what = "property %02X says it has %d bytes".formatted(id, length);
            if (id == PropertySample.PAIR) {
                PropertySample.lyingPairs(length).forEach(lie -> add(what, lie, MALFORMED_PACKET));
            } else if (counted && !shape.required().equals(PropertySample.of(id))) {
                boolean noTopic = id == PropertySample.RESPONSE_TOPIC && length == 0;
                add(
                        what,
                        PropertySample.lying(id, length),
                        noTopic ? PROTOCOL_ERROR : MALFORMED_PACKET);
            }
        }
    }

    private void texts(int id) {
        boolean required = shape.required().equals(PropertySample.of(id));
        if (required || !(PropertySample.TEXTS.contains(id) || id == PropertySample.PAIR)) {
            return;
        }
        for (String bytes : PropertySample.ILL_FORMED) {
            String what = "property %02X holds %s [MQTT-1.5.4-1]".formatted(id, bytes);
            for (String text : PropertySample.holding(id, bytes)) {
                add(what, text, MALFORMED_PACKET);
            }
        }
        if (id == PropertySample.RESPONSE_TOPIC) {
            for (String wildcard : List.of("23", "2B", "612F23")) {
                PropertySample.holding(id, wildcard)
                        .forEach(topic -> add("[MQTT-3.3.2-14]", topic, TOPIC_NAME_INVALID));
            }
        }
    }

    private void values(int id) {
        String identifier = Hex.one(id);
        if (PropertySample.FLAGS.contains(id)) {
            for (int value : new int[] {2, 3, 0x7F, 0x80, 0xFF}) {
                String what = "property %02X is %d".formatted(id, value);
                add(what, identifier + Hex.one(value), PROTOCOL_ERROR);
            }
        } else if (PropertySample.POSITIVE.contains(id)) {
            String zero = "00".repeat(Hex.count(PropertySample.of(id)) - 1);
            add("property %02X is 0".formatted(id), identifier + zero, PROTOCOL_ERROR);
        } else if (id == PropertySample.TOPIC_ALIAS) {
            add("topic alias 0 [MQTT-3.3.2-8]", identifier + "0000", TOPIC_ALIAS_INVALID);
        } else if (id == PropertySample.SUBSCRIPTION) {
            add("subscription identifier 0 3.3.2.3.8", identifier + "00", PROTOCOL_ERROR);
            add("subscription identifier 1.5.5", identifier + "8100", MALFORMED_PACKET);
            TOO_LONG.forEach(five ->
                    add("subscription identifier 1.5.5", identifier + five, MALFORMED_PACKET));
        }
    }
}
