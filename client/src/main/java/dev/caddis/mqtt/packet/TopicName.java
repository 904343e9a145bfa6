package dev.caddis.mqtt.packet;

/// The label a message is published under (section 4.7): no wildcards, 1 to 65,535 bytes of UTF-8.
public record TopicName(String value) {

    /// @throws IllegalArgumentException when `value` is empty `[MQTT-4.7.3-1]`, holds a wildcard
    ///   `[MQTT-4.7.1-1]` or breaks a rule of MQTT strings
    public TopicName {
        requireValid("topic", value);
    }

    /// Checks `value` as a topic name, naming it `what` in the refusal.
    ///
    /// @throws IllegalArgumentException as the constructor
    public static void requireValid(String what, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(
                    what + " is empty; a topic name has at least one character");
        }
        if (value.indexOf('#') >= 0 || value.indexOf('+') >= 0) {
            throw new IllegalArgumentException(
                    what + " \"" + value + "\" holds a wildcard; + and # stand only in filters");
        }
        Utf8.requireValid(what, value);
    }

    @Override
    public String toString() {
        return value;
    }
}
