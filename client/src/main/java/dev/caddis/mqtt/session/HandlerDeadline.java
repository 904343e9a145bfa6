package dev.caddis.mqtt.session;

import java.time.Duration;

/// How long a message of QoS 1 or 2 may wait for its handler, or for its acknowledgement, and what
/// happens then (F14).
///
/// @param within counted from delivery; ten years at most
public record HandlerDeadline(Duration within, WhenLate whenLate) {

    /// What happens to a message whose handler is late. Each is told as an event once.
    public enum WhenLate {
        /// Nothing else: the message, and with QoS 1 the acknowledgements behind it, go on waiting.
        TELL,
        /// It is acknowledged as though it was handled.
        ACKNOWLEDGE,
        /// The connection is made anew, so that the broker delivers a QoS 1 message again.
        RECONNECT
    }

    /// One minute, then it is told.
    public static final HandlerDeadline DEFAULT =
            new HandlerDeadline(Duration.ofMinutes(1), WhenLate.TELL);

    public HandlerDeadline {
        Durations.require("the handler deadline", within);
    }
}
