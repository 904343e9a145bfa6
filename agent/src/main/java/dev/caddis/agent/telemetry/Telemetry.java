package dev.caddis.agent.telemetry;

import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.List;
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

    /// How long closing waits for a sample in progress; longer than a read may take.
    private static final Duration CLOSE_WAIT = DeviceTree.READ_DEADLINE.plusSeconds(1);

    private final LongSupplier nanoTime;
    private final FailedReadings failedReadings = new FailedReadings(new FailureLog());
    private final Sampler sampler;
    private final Thread thread;
    private volatile boolean closing;

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

    /// Ends sampling and waits for the sample in progress; afterwards the outlet is not called
    /// again, unless it still blocks when the wait is over, which is logged.
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread().equals(thread)) {
            return; // closed from inside the outlet
        }
        try {
            if (!thread.join(CLOSE_WAIT)) {
                thread.interrupt();
                LOG.warn("sampling did not end within {} s; left behind", CLOSE_WAIT.toSeconds());
            }
        } catch (InterruptedException stopped) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing && !thread.isInterrupted()) { // interrupted: close gave up waiting
            try {
                sampler.step(nanoTime.getAsLong());
            } catch (RuntimeException bug) {
                LOG.error("taking samples failed; going on with the next interval", bug);
            }
            LockSupport.parkNanos(sampler.nanosUntilNext(nanoTime.getAsLong()));
        }
    }
}
