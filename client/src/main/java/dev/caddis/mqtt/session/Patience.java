package dev.caddis.mqtt.session;

import java.time.Duration;

/// How long the broker may leave the oldest exchange unanswered.
///
/// Doubles with each time that the same message gets no answer, up to an hour: a broker that never
/// answers it is not visited again and again for it.
final class Patience {

    private static final long MAX = Duration.ofHours(1).toNanos();

    private final long first;
    private int timesInARow;
    private long sequence = -1;

    Patience(Duration first) {
        this.first = first.toNanos();
    }

    /// In nanoseconds, with the message of `oldest`.
    long with(long oldest) {
        long patience = first;
        for (int i = oldest == sequence ? timesInARow : 0; i > 0 && patience < MAX; i--) {
            patience *= 2;
        }
        return Math.min(patience, Math.max(MAX, first));
    }

    void ranOut(long oldest) {
        timesInARow = oldest == sequence ? timesInARow + 1 : 1;
        sequence = oldest;
    }
}
