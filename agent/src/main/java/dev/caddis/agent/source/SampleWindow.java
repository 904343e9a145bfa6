package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;

/// Two samples of the same counters, from which a rate is made, however many readers ask and
/// however often.
///
/// A new sample is taken only when the last one is [#MINIMUM] old, and a rate covers the time
/// between the last two. So two readers that ask one after the other get the same rate instead of
/// the second one getting the rate of the last millisecond, and a reader every 10 s beside one
/// every 2 s is told the rate of the last 2 s. The first rate waits [#FIRST] for its second sample,
/// once; nobody has to make do without a first value.
///
/// @param <S> an immutable sample
final class SampleWindow<S> {

    /// How old a sample gets before another is taken.
    static final Duration MINIMUM = Duration.ofSeconds(1);

    /// How long the very first rate waits. OSHI keeps processor ticks for 300 ms: a shorter wait
    /// would compare equals.
    static final Duration FIRST = Duration.ofMillis(400);

    /// Takes one sample.
    interface Sampler<S> {
        S sample() throws IOException;
    }

    /// Two samples and the time between them, never zero.
    record Pair<S>(S earlier, S later, long nanos) {

        /// What `difference` is a second.
        double perSecond(long difference) {
            return difference * 1e9 / nanos;
        }
    }

    private final Sampler<S> sampler;
    private final Clocks clocks;
    private @Nullable Pair<S> pair; // null before the second sample
    private @Nullable S latest;
    private long latestAt;

    SampleWindow(Sampler<S> sampler, Clocks clocks) {
        this.sampler = sampler;
        this.clocks = clocks;
    }

    /// The latest sample, at most [#MINIMUM] old.
    synchronized S latest() throws IOException {
        return refresh();
    }

    /// The latest two samples, the later at most [#MINIMUM] old.
    synchronized Pair<S> pair() throws IOException {
        refresh();
        Pair<S> known = pair;
        if (known != null) {
            return known;
        }
        long missing = FIRST.toNanos() - age();
        if (missing > 0) {
            clocks.pause().about(Duration.ofNanos(missing));
        }
        take();
        known = pair;
        if (known == null) {
            throw new ReadingFailedException("no time has passed since the only sample");
        }
        return known;
    }

    private S refresh() throws IOException {
        S sample = latest;
        return sample != null && age() < MINIMUM.toNanos() ? sample : take();
    }

    private long age() {
        return clocks.nanoTime().getAsLong() - latestAt;
    }

    private S take() throws IOException {
        S sample = sampler.sample();
        long now = clocks.nanoTime().getAsLong();
        S before = latest;
        if (before != null && now - latestAt > 0) {
            pair = new Pair<>(before, sample, now - latestAt);
        }
        latest = sample;
        latestAt = now;
        return sample;
    }
}
