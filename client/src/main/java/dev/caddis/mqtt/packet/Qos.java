package dev.caddis.mqtt.packet;

/// Quality of service: how hard sender and receiver try to deliver one message (MQTT 5.0 section
/// 4.3).
public enum Qos {
    /// Delivered once or never; nothing is acknowledged.
    AT_MOST_ONCE,
    /// Delivered at least once: sent again until PUBACK.
    AT_LEAST_ONCE,
    /// Delivered exactly once while both session states survive: PUBLISH, PUBREC, PUBREL, PUBCOMP.
    EXACTLY_ONCE;

    /// The level 0, 1 or 2 as it stands in a packet.
    public int level() {
        return ordinal();
    }

    /// The quality of service of `level`.
    ///
    /// @throws IllegalArgumentException when `level` is not 0, 1 or 2 `[MQTT-3.3.1-4]`
    public static Qos of(int level) {
        return switch (level) {
            case 0 -> AT_MOST_ONCE;
            case 1 -> AT_LEAST_ONCE;
            case 2 -> EXACTLY_ONCE;
            default -> throw new IllegalArgumentException("QoS is 0, 1 or 2, not " + level);
        };
    }
}
