package dev.caddis.mqtt.codec;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// The properties of MQTT 5 with their identifiers (2.2.2.2).
enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01),
    MESSAGE_EXPIRY_INTERVAL(0x02),
    CONTENT_TYPE(0x03),
    RESPONSE_TOPIC(0x08),
    CORRELATION_DATA(0x09),
    SUBSCRIPTION_IDENTIFIER(0x0B),
    SESSION_EXPIRY_INTERVAL(0x11),
    ASSIGNED_CLIENT_IDENTIFIER(0x12),
    SERVER_KEEP_ALIVE(0x13),
    AUTHENTICATION_METHOD(0x15),
    AUTHENTICATION_DATA(0x16),
    REQUEST_PROBLEM_INFORMATION(0x17),
    WILL_DELAY_INTERVAL(0x18),
    REQUEST_RESPONSE_INFORMATION(0x19),
    RESPONSE_INFORMATION(0x1A),
    SERVER_REFERENCE(0x1C),
    REASON_STRING(0x1F),
    RECEIVE_MAXIMUM(0x21),
    TOPIC_ALIAS_MAXIMUM(0x22),
    TOPIC_ALIAS(0x23),
    MAXIMUM_QOS(0x24),
    RETAIN_AVAILABLE(0x25),
    USER_PROPERTY(0x26),
    MAXIMUM_PACKET_SIZE(0x27),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A);

    private static final @Nullable Property[] BY_ID = new @Nullable Property[0x2B];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final String text;

    Property(int id) {
        this.id = id;
        this.text = name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /// The property of `id`, or `null` where the standard names none.
    static @Nullable Property ofId(int id) {
        return id < BY_ID.length ? BY_ID[id] : null;
    }

    int id() {
        return id;
    }

    /// The standard's name in lower case, as messages quote it.
    @Override
    public String toString() {
        return text;
    }
}
