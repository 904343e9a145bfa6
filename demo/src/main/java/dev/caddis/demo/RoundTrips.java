package dev.caddis.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// How long the echoes took, for a run that may never end: counts all, and remembers the longest
/// and the newest. Not thread-safe.
final class RoundTrips {

    private static final int NEWEST = 1_000;
    private static final long OUTAGE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Deque<Long> newestNanos = new ArrayDeque<>();
    private int count;
    private long longestNanos;

    void add(long nanos) {
        count++;
        longestNanos = Math.max(longestNanos, nanos);
        newestNanos.addLast(nanos);
        if (newestNanos.size() > NEWEST) {
            newestNanos.removeFirst();
        }
    }

    int count() {
        return count;
    }

    /// Median and longest, for a person.
    @Override
    public String toString() {
        if (count == 0) {
            return "no round trip";
        }
        List<Long> sorted = newestNanos.stream().sorted().toList();
        return "round trip "
                + Echoes.millis(sorted.get(sorted.size() / 2))
                + (count > NEWEST ? " (median of the last " + NEWEST + "), " : " (median), ")
                + Echoes.millis(longestNanos)
                + (longestNanos > OUTAGE_NANOS
                        ? " (longest, while the broker was away)"
                        : " (longest)");
    }
}
