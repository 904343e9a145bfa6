package dev.caddis.mqtt.session;

/// Exponential backoff with full jitter: each delay is uniform in 0 to the window inclusive, and
/// the window doubles up to its bound (F24). Pure arithmetic: the randomness comes with each call.
final class Backoff {

    private final BackoffSettings settings;
    private int failures;
    private int doublings;

    Backoff(BackoffSettings settings) {
        this.settings = settings;
    }

    /// The number of attempts that failed since the last reset.
    int failures() {
        return failures;
    }

    boolean exhausted() {
        return settings.attempts() > 0 && failures >= settings.attempts();
    }

    /// Counts a failed attempt and answers how long to wait before the next, in nanoseconds.
    long nextNanos(Jitter jitter) {
        long window = windowNanos();
        failures++;
        doublings++;
        return jitter.upTo(window);
    }

    /// How long to wait where nothing failed: a broker has sent us to another.
    long presentNanos(Jitter jitter) {
        return jitter.upTo(windowNanos());
    }

    /// Makes the next window the largest: for refusals that waiting a little will not mend.
    void slowDown() {
        while (windowNanos() < settings.max().toNanos()) {
            doublings++;
        }
    }

    private long windowNanos() {
        long max = settings.max().toNanos();
        long window = settings.min().toNanos();
        for (int i = 0; i < doublings && window < max; i++) {
            window = window > max / 2 ? max : window * 2;
        }
        return Math.min(window, max);
    }

    void reset() {
        failures = 0;
        doublings = 0;
    }
}
