package dev.caddis.testkit.simulation;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// Runs many seeds on several threads, until one of them fails.
public final class Seeds {

    /// A seed whose run failed.
    public record Failed(long seed, SimulationFailure failure) {

        /// What happened in the run, from its beginning to the failure.
        public String transcript() {
            Transcript transcript = new Transcript(true);
            try {
                Simulation.run(seed, transcript);
            } catch (SimulationFailure again) {
                return transcript.text();
            }
            return "The seed does not fail again: something in the run is not its own.\n";
        }
    }

    private static final long NONE = Long.MAX_VALUE;

    private final long from;
    private final long count;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong lowest = new AtomicLong(NONE); // of those that failed

    /// @param from the first of `count` seeds
    public Seeds(long from, long count) {
        this.from = from;
        this.count = count;
    }

    /// Runs that have ended so far; any thread may ask.
    public long done() {
        return done.get();
    }

    /// Runs them all, or those before the first that fails.
    ///
    /// @return the lowest seed that failed; `null`: none did
    public @Nullable Failed run(int threads) throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("caddis-simulation-" + i).start(this::work));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        long failed = lowest.get();
        SimulationFailure failure = failed == NONE ? null : failure(failed);
        return failure == null ? null : new Failed(failed, failure);
    }

    private void work() {
        for (long at = next.getAndIncrement(); at < count; at = next.getAndIncrement()) {
            if (lowest.get() < from + at) {
                return;
            }
            if (failure(from + at) != null) {
                lowest.accumulateAndGet(from + at, Math::min);
            }
            done.incrementAndGet();
        }
    }

    private static @Nullable SimulationFailure failure(long seed) {
        try {
            Simulation.run(seed, new Transcript(false));
            return null;
        } catch (SimulationFailure e) {
            return e;
        }
    }
}
