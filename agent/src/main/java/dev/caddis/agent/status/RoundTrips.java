package dev.caddis.agent.status;

import java.time.Duration;
import java.util.List;

/// How long acknowledgements took, counted in buckets. Used under the board's lock.
final class RoundTrips {

    private static final double NANOS = 1e9;

    /// Upper ends, in seconds.
    static final List<Double> BUCKETS =
            List.of(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

    private final long[] counts = new long[BUCKETS.size() + 1];
    private double sumSeconds;

    void add(Duration trip) {
        double seconds = trip.toNanos() / NANOS;
        sumSeconds += seconds;
        int bucket = 0;
        while (bucket < BUCKETS.size() && seconds > BUCKETS.get(bucket)) {
            bucket++;
        }
        counts[bucket]++;
    }

    /// How many took at most as long as the end of `bucket`; the last one is all.
    long upTo(int bucket) {
        long sum = 0;
        for (int i = 0; i <= bucket; i++) {
            sum += counts[i];
        }
        return sum;
    }

    double sumSeconds() {
        return sumSeconds;
    }
}
