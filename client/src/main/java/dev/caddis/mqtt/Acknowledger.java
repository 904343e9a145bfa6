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

    public Result acknowledge() {
        return pending.done() ? Result.ACKNOWLEDGED : Result.STALE;
    }
}
