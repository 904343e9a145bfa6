package dev.caddis.agent.source;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Time that passes when a test says so, or when somebody pauses.
public final class FakeClock {

    private static final Instant START = Instant.parse("2026-11-22T02:30:00Z");

    private Duration passed = Duration.ZERO;
    private final List<Duration> pauses = new ArrayList<>();

    public Clocks clocks() {
        return new Clocks(this::now, this::nanos, this::pause);
    }

    public synchronized void pass(Duration duration) {
        passed = passed.plus(duration);
    }

    public synchronized Instant now() {
        return START.plus(passed);
    }

    public synchronized long nanos() {
        return Long.MAX_VALUE - 1_000_000_000 + passed.toNanos(); // overflows soon, as nanoTime may
    }

    synchronized List<Duration> pauses() {
        return List.copyOf(pauses);
    }

    private synchronized void pause(Duration duration) {
        pauses.add(duration);
        pass(duration);
    }
}
