package dev.caddis.mqtt.session;

import java.time.Duration;

/// Recognises two devices with one client identifier, which end each other's connections for ever
/// (F25): the broker says so with 0x8E, or it closes connections again and again just after they
/// stand.
final class Takeover {

    private static final long SHORT_NANOS = Duration.ofSeconds(2).toNanos();
    private static final int SHORT_ENDS = 3;

    private int shortEnds;
    private boolean told;

    /// @param onlineNanos how long the connection stood that the broker closed; `Long.MAX_VALUE` if
    ///   it ended in another way
    /// @return whether another client seems to use our identifier
    boolean ended(boolean saidByBroker, long onlineNanos) {
        shortEnds = saidByBroker || onlineNanos <= SHORT_NANOS ? shortEnds + 1 : 0;
        return saidByBroker || shortEnds >= SHORT_ENDS;
    }

    /// Whether this is the first time since the last stable connection.
    boolean tellOnce() {
        boolean first = !told;
        told = true;
        return first;
    }

    void stable() {
        shortEnds = 0;
        told = false;
    }
}
