package dev.caddis.mqtt.packet;

import java.util.Objects;

/// One name and value pair of the User Property; the same name may occur again (MQTT 5.0 section
/// 3.3.2.3.7).
public record UserProperty(String name, String value) {

    public UserProperty {
        Utf8.requireValid("user property name", Objects.requireNonNull(name, "name"));
        Utf8.requireValid("user property value", Objects.requireNonNull(value, "value"));
    }
}
