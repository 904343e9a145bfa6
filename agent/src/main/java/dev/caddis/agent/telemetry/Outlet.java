package dev.caddis.agent.telemetry;

import dev.caddis.mqtt.packet.Bytes;

/// Where messages go. Called on the telemetry thread only.
@FunctionalInterface
public interface Outlet {

    /// Takes one message. May block for room; other topics wait meanwhile.
    ///
    /// @throws RuntimeException when the message cannot be taken: it is logged, counted and
    ///   dropped, and sampling goes on
    void publish(TopicSettings topic, Bytes payload);
}
