package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.Pending;

/// Acknowledges one delivered message. Any thread may use it, once or more often.
public final class Acknowledger {

    /// What became of an acknowledgement.
    public enum Result {
        /// The broker gets it in its turn, as long as the connection lives.
        ACKNOWLEDGED,
        /// The connection of the message is gone; the broker delivers the message again. Never with
        /// QoS 0, nor with QoS 2, whose acknowledgement outlives the connection.
        STALE
    }

    private final Pending pending;

    Acknowledger(Pending pending) {
        this.pending = pending;
    }

    /// Says that the message is handled. Returns at once; the packet follows from the session's own
    /// thread: for QoS 1 PUBACK, once the messages that came before it are acknowledged too
    /// `[MQTT-4.6.0-2]`; for QoS 2 PUBCOMP, once the broker has sent PUBREL. A message of QoS 0 has
    /// none.
    ///
    /// Where several subscriptions have the message, it takes the word of all. The first call
    /// counts; a later one changes nothing, and neither does one after the message was acknowledged
    /// by [WhenHandlerLate#ACKNOWLEDGE].
    ///
    /// @return how the message stands at this moment, at a later call too; a client that is closed
    ///   or offline has no connection
    public Result acknowledge() {
        return pending.done() ? Result.ACKNOWLEDGED : Result.STALE;
    }
}
