package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.ReasonCode;

/// How the life of an accepted message ended; every message has exactly one.
public sealed interface Outcome {

    /// The broker has it: PUBACK or PUBCOMP arrived, or it was QoS 0 and is written.
    ///
    /// @param possiblyRepeated whether it was published again as new after the broker had lost the
    ///   session
    record Acknowledged(ReasonCode reason, boolean possiblyRepeated) implements Outcome {}

    /// The broker refused it: PUBACK or PUBREC of 0x80 and above `[MQTT-4.4.0-2]`.
    record Refused(ReasonCode reason) implements Outcome {}

    /// It was given up on this side.
    ///
    /// @param why a sentence
    record Dropped(DropCause cause, String why) implements Outcome {}
}
