package dev.caddis.agent.telemetry;

import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/// Samples every topic at its interval, at once when started, on one thread.
///
/// No drift and no burst: [Schedule] has the rule. While the machine is suspended the clock stands
/// still, so nothing counts as missed and the interval goes on where it was. One thread reads one
/// topic after the other: a slow source delays the others by at most [DeviceTree#READ_DEADLINE] for
/// each field that it answers late, and one that hangs by that once, since until it answers its
/// other readings fail at once. Topics that miss points meanwhile are sampled once and counted.
public final class Telemetry implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Telemetry.class);

    /// How long closing waits for a sample in progress, unless told otherwise.
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    /// Of the wait, the part after the interruption.
    private static final int PART_INTERRUPTED = 5;

    /// After a failure that nobody foresaw, at least so long nothing is sampled.
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    /// No sample takes so long, however many sources are slow.
    static final Duration STUCK = Duration.ofMinutes(5);

    private final LongSupplier nanoTime;
    private final FailedReadings failedReadings = new FailedReadings(new FailureLog());
    private final Sampler sampler;
    private final Thread thread;
    private final AtomicReference<@Nullable Change> change = new AtomicReference<>();
    private volatile boolean closing;
    private volatile @Nullable Long busySince; // null: waits for the next sample

    private record Change(List<TopicSettings> topics, DeviceTree tree, Runnable afterwards) {}

    private Telemetry(List<TopicSettings> topics, DeviceTree tree, Outlet outlet, Clocks clocks) {
        this.nanoTime = clocks.nanoTime();
        this.sampler =
                new Sampler(
                        new Schedule(topics, nanoTime.getAsLong()),
                        tree,
                        outlet,
                        clocks.instants(),
                        failedReadings);
        this.thread = Thread.ofPlatform().daemon().name("caddis-telemetry").unstarted(this::run);
    }

    /// Begins to sample `topics`, the first sample of each at once.
    public static Telemetry start(
            List<TopicSettings> topics, DeviceTree tree, Outlet outlet, Clocks clocks) {
        Telemetry telemetry = new Telemetry(topics, tree, outlet, clocks);
        telemetry.thread.start();
        return telemetry;
    }

    /// Samples `topics` from now on, and reads `tree`. One that was there with the same interval
    /// keeps its rhythm, every other is sampled at once. Returns before that is so.
    ///
    /// @param afterwards is run once what was there before is not read any more
    public void change(List<TopicSettings> topics, DeviceTree tree, Runnable afterwards) {
        change.accumulateAndGet(
                new Change(List.copyOf(topics), tree, afterwards),
                (untaken, next) ->
                        untaken == null || next == null
                                ? next
                                : new Change(
                                        next.topics,
                                        next.tree,
                                        () -> {
                                            untaken.afterwards.run();
                                            next.afterwards.run();
                                        }));
        LockSupport.unpark(thread);
    }

    /// Whether it still takes samples, or waits for the next one: not when one has been at work for
    /// more than [#STUCK].
    public boolean lives() {
        Long since = busySince;
        return thread.isAlive()
                && (since == null || nanoTime.getAsLong() - since < STUCK.toNanos());
    }

    public FailedReadings failedReadings() {
        return failedReadings;
    }

    /// Samples that were not taken because their moment passed unseen.
    public long missedSamples() {
        return sampler.missedSamples();
    }

    /// Messages that the outlet did not accept.
    public long refusedMessages() {
        return sampler.refusedMessages();
    }

    /// As [#close(Duration)] with 1 second.
    @Override
    public void close() {
        close(CLOSE_WAIT);
    }

    /// Ends sampling and waits for the sample in progress, `timeout` at most: towards its end the
    /// sample is interrupted, and what it had read is not published. Afterwards the outlet is not
    /// called again, unless it blocks and does not heed the interruption, which is logged.
    public void close(Duration timeout) {
        closing = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread().equals(thread)) {
            return; // closed from inside the outlet
        }
        try {
            Duration interrupted = timeout.dividedBy(PART_INTERRUPTED);
            if (thread.join(timeout.minus(interrupted))) {
                return;
            }
            thread.interrupt();
            if (!thread.join(interrupted)) {
                LOG.warn("sampling did not end within {} ms; left behind", timeout.toMillis());
            }
        } catch (InterruptedException stopped) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    /// Telling may fail as well, where there is no memory: the next sample may find some.
    private static void tell(Throwable failure) {
        try {
            LOG.error("taking samples failed; going on with the next interval", failure);
        } catch (Error untold) {
            failure.addSuppressed(untold);
        }
    }

    private void run() {
        try {
            sample();
        } finally {
            takeUp();
        }
    }

    private void takeUp() {
        Change taken = change.getAndSet(null);
        if (taken != null) {
            sampler.change(taken.topics, taken.tree, nanoTime.getAsLong());
            taken.afterwards.run();
        }
    }

    private void sample() {
        while (!closing && !thread.isInterrupted()) { // interrupted: close gave up waiting
            long pauseMin = 0;
            busySince = nanoTime.getAsLong();
            try {
                takeUp();
                sampler.step(nanoTime.getAsLong());
            } catch (RuntimeException | Error failure) { // an agent that is online must sample
                tell(failure);
                pauseMin = PAUSE_AFTER_FAILURE.toNanos();
            }
            busySince = null;
            LockSupport.parkNanos(Math.max(pauseMin, sampler.nanosUntilNext(nanoTime.getAsLong())));
        }
    }
}
