package dev.caddis.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C and SIGTERM while the demo runs, from when this is made until it is closed.
///
/// The thread of the demo alone knows what it has begun, so it is asked to end and the process is
/// held until it has: it looks with [#check] between two steps and is woken by [#whenAsked] where
/// it waits.
final class Interruption implements AutoCloseable {

    private final Thread hook = new Thread(this::interrupted, "caddis-demo-stop");
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Duration patience;
    private final Runnable givenUp;
    private final List<Runnable> wakings = new ArrayList<>(); // guarded by itself
    private volatile boolean asked;

    /// @param patience how long the process waits for the demo to end
    /// @param givenUp run when it has not ended by then
    Interruption(Duration patience, Runnable givenUp) {
        this.patience = patience;
        this.givenUp = givenUp;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /// Whether the demo is to end.
    boolean asked() {
        return asked;
    }

    /// Does nothing until somebody asked.
    ///
    /// @throws InterruptedException then
    void check() throws InterruptedException {
        if (asked) {
            throw new InterruptedException("the demo is to end");
        }
    }

    /// Runs `waking` when somebody asks; at once if that has happened. It must not wait.
    void whenAsked(Runnable waking) {
        synchronized (wakings) {
            if (!asked) {
                wakings.add(waking);
                return;
            }
        }
        waking.run();
    }

    /// What the signal leads to.
    void interrupted() {
        List<Runnable> toWake;
        synchronized (wakings) {
            asked = true;
            toWake = List.copyOf(wakings);
        }
        toWake.forEach(Runnable::run);
        boolean inTime = false;
        try {
            inTime = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!inTime) {
            givenUp.run();
        }
    }

    /// The demo has ended and has nothing left to undo.
    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            asked = true; // the hook was waiting for this
        }
    }
}
