package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/// Time that passes when a test says so: each look at the clock a millisecond, each pause at once,
/// no limit before [#timeIsUp].
final class FakePatience implements Patience {

    private final AtomicLong nanos = new AtomicLong();
    private final List<Duration> pauses = new ArrayList<>(); // guarded by itself
    private final CompletableFuture<Object> timeUp = new CompletableFuture<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final List<Duration> limits = new ArrayList<>(); // guarded by itself
    private volatile @Nullable Duration passing;
    private final Semaphore pausesMayEnd = new Semaphore(Integer.MAX_VALUE);

    /// From here on each pause lasts until [#endPause].
    void holdPauses() {
        pausesMayEnd.drainPermits();
    }

    void endPause() {
        pausesMayEnd.release();
    }

    /// The limit of what is waited for now has passed.
    void timeIsUp() throws InterruptedException {
        waiting.await();
        timeUp.complete("time is up");
    }

    /// From here on each wait of just this limit has passed at once, unless it is over already.
    void letPass(Duration limit) {
        passing = limit;
    }

    /// Of all that was waited for.
    List<Duration> limits() {
        synchronized (limits) {
            return List.copyOf(limits);
        }
    }

    List<Duration> pauses() {
        synchronized (pauses) {
            return List.copyOf(pauses);
        }
    }

    @Override
    public long nanoTime() {
        return nanos.addAndGet(1_000_000);
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
        synchronized (pauses) {
            pauses.add(duration);
        }
        pausesMayEnd.acquire();
    }

    @Override
    public <T> T await(CompletableFuture<T> awaited, @Nullable Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException {
        if (limit == null) {
            return awaited.get();
        }
        synchronized (limits) {
            limits.add(limit);
        }
        if (limit.equals(passing) && !awaited.isDone()) {
            throw new TimeoutException();
        }
        waiting.countDown();
        Object first = CompletableFuture.anyOf(awaited, timeUp).get();
        if (first.equals("time is up")) {
            throw new TimeoutException();
        }
        return awaited.get();
    }
}
