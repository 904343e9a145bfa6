package dev.caddis.agent.config;

import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.util.Objects;

/// Section `availability`: on unless it says otherwise.
final class AvailabilityReader {

    private static final String ONLINE = "{\"state\":\"online\"}";
    private static final String OFFLINE = "{\"state\":\"offline\"}";

    private AvailabilityReader() {}

    static Availability read(Section root, @Nullable String deviceId) {
        String topic = Objects.requireNonNullElse(deviceId, "") + "/state";
        Section availability = root.section("availability", Keys.AVAILABILITY);
        if (availability == null) {
            return new Availability(true, topic, ONLINE, OFFLINE, Qos.AT_LEAST_ONCE, true);
        }
        return new Availability(
                availability.read("enabled", Parsers.flag(), true),
                availability.read("topic", MqttParsers.topic(), topic),
                availability.read("online", Parsers.payload(), ONLINE),
                availability.read("offline", Parsers.payload(), OFFLINE),
                availability.read("qos", Parsers.qos(), Qos.AT_LEAST_ONCE),
                availability.read("retain", Parsers.flag(), true));
    }
}
