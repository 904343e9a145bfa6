package dev.caddis.agent.config;

import dev.caddis.mqtt.packet.Qos;

/// The state message: birth on every connect, "offline" on a clean stop and as the will.
///
/// @param online the birth; empty: no birth is sent
/// @param offline the will, and the last message of a clean stop
public record Availability(
        boolean enabled, String topic, String online, String offline, Qos qos, boolean retain) {}
