package dev.caddis.agent.cli;

import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.MqttException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// The cycle of the microcontroller demo: connect, subscribe, publish and receive a few times,
/// unsubscribe, disconnect, pause, again.
///
/// A connection that is lost on the way is made again, as often as the backoff has retries in one
/// iteration, and the publish in progress is made again on it. One thread runs it; any may end it.
final class Roundtrip {

    private final RoundtripPlan plan;
    private final Supplier<MqttClientBuilder> builders;
    private final Patience patience;
    private final RandomGenerator random;
    private final RoundtripReport report;
    private @Nullable RoundtripLink link; // guarded by this; the one in use
    private boolean ended; // guarded by this

    Roundtrip(
            RoundtripPlan plan,
            Supplier<MqttClientBuilder> builders,
            Patience patience,
            RandomGenerator random,
            RoundtripReport report) {
        this.plan = plan;
        this.builders = builders;
        this.patience = patience;
        this.random = random;
        this.report = report;
    }

    /// Runs all iterations.
    ///
    /// @throws FailedException when a wait timed out, the broker refused, retries ran out, or it
    ///   was ended from outside
    void run() throws InterruptedException {
        try {
            for (long number = 1; plan.iterations() == 0 || number <= plan.iterations(); number++) {
                if (number > 1) {
                    patience.pause(plan.pace().betweenIterations());
                }
                iterate(number);
            }
            report.sum(null);
        } catch (FailedException | MqttException failure) {
            report.sum(failure.getMessage());
            throw failure;
        } finally {
            abandon();
        }
    }

    /// Ends it from another thread: with what it came to so far, and DISCONNECT.
    void end() {
        synchronized (this) {
            ended = true;
        }
        report.sum(null);
        abandon();
    }

    private void iterate(long number) throws InterruptedException {
        int done = 0;
        for (int losses = 0; ; ) {
            RoundtripLink current = open(number);
            try {
                current.awaitSubscribed();
                for (; done < plan.publishes(); done++) {
                    if (done > 0) {
                        patience.pause(plan.pace().betweenPublishes());
                    }
                    requireReader();
                    current.roundtrip(done + 1);
                }
                current.unsubscribe();
                current.disconnect();
                return;
            } catch (ConnectionLostException lost) {
                current.abandon();
                losses++;
                afterLoss(lost, current, losses);
            }
        }
    }

    private synchronized RoundtripLink open(long number) {
        if (ended) {
            throw new FailedException("interrupted", null);
        }
        report.begins(number);
        RoundtripLink opened = new RoundtripLink(builders.get(), plan, patience, report);
        link = opened;
        return opened;
    }

    private void abandon() {
        RoundtripLink open;
        synchronized (this) {
            open = link;
        }
        if (open != null) {
            open.abandon();
        }
    }

    /// Pauses as before any other repetition: a broker that accepts and then ends the connection is
    /// backed off from as well.
    private void afterLoss(ConnectionLostException lost, RoundtripLink on, int losses)
            throws InterruptedException {
        report.connectionLost(on.step(), String.valueOf(lost.getMessage()));
        if (losses > plan.pace().retries()) {
            throw new FailedException(
                    "the connection was lost "
                            + losses
                            + " times in one iteration; the last time "
                            + on.step()
                            + ": "
                            + lost.getMessage()
                            + on.suspicion(),
                    lost);
        }
        Duration window = plan.pace().window(losses);
        Duration pause = Duration.ofNanos(random.nextLong(window.toNanos() + 1));
        report.retrying(pause);
        patience.pause(pause);
    }

    private void requireReader() {
        if (report.unread()) {
            throw new FailedException("cannot write to standard output; ended", null);
        }
    }
}
