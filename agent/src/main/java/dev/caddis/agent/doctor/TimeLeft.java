package dev.caddis.agent.doctor;

import java.time.Duration;
import java.util.function.LongSupplier;

/// The deadline of everything together, from which each step takes its own.
final class TimeLeft {

    private static final Duration LEAST = Duration.ofMillis(50);

    private final LongSupplier nanoTime;
    private final long end;

    TimeLeft(Duration all, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.end = nanoTime.getAsLong() + all.toNanos();
    }

    /// `own`, or what is left of everything; never nothing, since a deadline is more than zero.
    Duration atMost(Duration own) {
        Duration left = Duration.ofNanos(end - nanoTime.getAsLong());
        if (left.compareTo(LEAST) < 0) {
            return LEAST;
        }
        return left.compareTo(own) < 0 ? left : own;
    }

    /// Less and less of `own` from now on.
    TimeLeft within(Duration own) {
        return new TimeLeft(atMost(own), nanoTime);
    }

    boolean isOver() {
        return nanoTime.getAsLong() >= end;
    }

    Duration since(long begun) {
        return Duration.ofNanos(nanoTime.getAsLong() - begun);
    }

    long now() {
        return nanoTime.getAsLong();
    }
}
