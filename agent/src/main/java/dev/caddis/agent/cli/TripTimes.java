package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;

/// Smallest, largest and median of times. It remembers the last 10,000, of which the median is, so
/// that it does not grow with a run that never ends.
final class TripTimes {

    private static final int REMEMBERED = 10_000;

    /// @param medianNanos of an even number the mean of the two in the middle
    record Summary(long minNanos, long medianNanos, long maxNanos) {}

    private final long[] last = new long[REMEMBERED];
    private long count;
    private long min = Long.MAX_VALUE;
    private long max;

    void add(long nanos) {
        last[(int) (count % REMEMBERED)] = nanos;
        count++;
        min = Math.min(min, nanos);
        max = Math.max(max, nanos);
    }

    long count() {
        return count;
    }

    /// `null` when there are none.
    @Nullable Summary summary() {
        int size = (int) Math.min(count, REMEMBERED);
        if (size == 0) {
            return null;
        }
        long[] sorted = Arrays.copyOf(last, size);
        Arrays.sort(sorted);
        long median = (sorted[(size - 1) / 2] + sorted[size / 2]) / 2;
        return new Summary(min, median, max);
    }
}
