package dev.caddis.agent.identity;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Runs the renewal command when the device's certificate has less left than the user wants. What
/// it writes is taken over like any other change of the files. Its thread is a virtual one.
public final class Renewal implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);

    /// @param look how often the end of the certificate is looked at
    /// @param run how long the command may take
    /// @param again the pause after a run that brought nothing, which doubles up to `againMax`
    record Pace(Duration look, Duration run, Duration again, Duration againMax) {

        static final Pace USUAL =
                new Pace(
                        Duration.ofHours(1),
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(10),
                        Duration.ofHours(12));
    }

    private final RenewSettings settings;
    private final Callable<@Nullable Instant> end;
    private final InstantSource clock;
    private final Pace pace;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Thread thread;
    private boolean closed; // under the lock
    private Duration again; // the thread's

    private Renewal(
            RenewSettings settings,
            Callable<@Nullable Instant> end,
            InstantSource clock,
            Pace pace) {
        this.settings = settings;
        this.end = end;
        this.clock = clock;
        this.pace = pace;
        this.again = pace.again();
        this.thread = Thread.ofVirtual().name("caddis-renew").unstarted(this::run);
    }

    /// @param end when the certificate in the files ends; `null`, or an exception: there is none to
    ///   be read now
    public static Renewal start(RenewSettings settings, Callable<@Nullable Instant> end) {
        return start(settings, end, InstantSource.system(), Pace.USUAL);
    }

    static Renewal start(
            RenewSettings settings,
            Callable<@Nullable Instant> end,
            InstantSource clock,
            Pace pace) {
        var renewal = new Renewal(settings, end, clock, pace);
        renewal.thread.start();
        return renewal;
    }

    /// A command that runs is ended.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            Duration pause = Duration.ZERO;
            while (!closedWithin(pause)) {
                pause = look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    private boolean closedWithin(Duration pause) throws InterruptedException {
        lock.lock();
        try {
            for (long left = pause.toNanos(); left > 0 && !closed; ) {
                left = closing.awaitNanos(left);
            }
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// @return the pause until the next look
    private Duration look() throws InterruptedException {
        Instant ends = end();
        if (ends == null || !isDue(ends)) {
            again = pace.again();
            return pace.look();
        }
        LOG.info("the certificate ends {}; running {}", ends, program());
        RenewalRun.Result result = RenewalRun.of(settings, pace.run());
        Instant now = end();
        if (!result.isGood()) {
            return later("failed: " + result.why() + printed(result));
        }
        if (now == null || !now.isAfter(ends)) {
            return later(
                    "ended well, and the certificate that the configuration names ends no later"
                            + " than before"
                            + printed(result));
        }
        if (isDue(now)) {
            return later(
                    "renewed the certificate until "
                            + now
                            + ", which is less than tls.renew.before from now; make that shorter");
        }
        LOG.info("the certificate is renewed until {}", now);
        again = pace.again();
        return pace.look();
    }

    private boolean isDue(Instant ends) {
        return Duration.between(clock.instant(), ends).compareTo(settings.before()) < 0;
    }

    private @Nullable Instant end() throws InterruptedException {
        try {
            return end.call();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) { // the connection says what is wrong with the files
            LOG.debug("the end of the certificate cannot be read", e);
            return null;
        }
    }

    private Duration later(String what) {
        Duration pause = again;
        again = again.multipliedBy(2);
        if (again.compareTo(pace.againMax()) > 0) {
            again = pace.againMax();
        }
        LOG.warn("the renewal command {} {}; it is run again in {}", program(), what, text(pause));
        return pause;
    }

    /// Its arguments may hold what is nobody's business.
    private String program() {
        return settings.command().getFirst();
    }

    private static String printed(RenewalRun.Result result) {
        return result.output().isEmpty()
                ? "; it printed nothing"
                : "; it printed: " + oneLine(result.output());
    }

    private static String oneLine(String output) {
        return output.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((one, other) -> one + " | " + other)
                .orElse("")
                .replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
    }

    private static String text(Duration pause) {
        return pause.toMinutes() > 0 ? pause.toMinutes() + " min" : pause.toMillis() + " ms";
    }
}
