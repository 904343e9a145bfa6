package dev.caddis.agent.config;

import dev.caddis.mqtt.packet.Qos;

/// One subscription and what happens with its messages.
public record SubscriptionSettings(String filter, Qos qos, Handler handler) {

    /// What is done with a message that arrives.
    public enum Handler {
        /// It is written to the log.
        LOG
    }
}
