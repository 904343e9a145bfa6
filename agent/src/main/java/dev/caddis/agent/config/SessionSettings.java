package dev.caddis.agent.config;

import java.time.Duration;

/// How the MQTT session is kept.
///
/// @param keepAlive whole seconds, 0 to 65,535; 0 switches it off
/// @param expiry how long the broker keeps the session without a connection; whole seconds
public record SessionSettings(
        String clientId,
        MqttVersion mqtt,
        Duration keepAlive,
        Duration expiry,
        Reconnect reconnect) {

    /// Which version of the protocol is spoken.
    public enum MqttVersion {
        /// 5 first, 3.1.1 where the broker cannot.
        AUTO,
        V5,
        V3_1_1
    }

    /// The pace of connecting again: full jitter in a window that doubles from `min` to `max`.
    ///
    /// @param stableAfter how long a connection must hold before the window starts at `min` again
    public record Reconnect(Duration min, Duration max, Duration stableAfter) {}
}
