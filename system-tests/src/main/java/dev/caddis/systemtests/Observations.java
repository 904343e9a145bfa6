package dev.caddis.systemtests;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What an observer has received, in order. One thread adds, any thread reads and waits.
public final class Observations {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final List<Observed> all = new ArrayList<>();
    private int nextIndex; // of the message next() returns

    void add(Observed observed) {
        lock.lock();
        try {
            all.add(observed);
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public int count() {
        lock.lock();
        try {
            return all.size();
        } finally {
            lock.unlock();
        }
    }

    /// Everything received so far.
    public List<Observed> all() {
        lock.lock();
        try {
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    /// The oldest message that no earlier call returned; waits for it.
    ///
    /// @throws AssertionError when none comes within `deadline`
    public Observed next(Duration deadline) throws InterruptedException {
        lock.lock();
        try {
            awaitSize(nextIndex + 1, deadline);
            return all.get(nextIndex++);
        } finally {
            lock.unlock();
        }
    }

    /// Waits until at least `count` messages were received in all, and returns everything received.
    ///
    /// @throws AssertionError when there are fewer after `deadline`
    public List<Observed> await(int count, Duration deadline) throws InterruptedException {
        lock.lock();
        try {
            awaitSize(count, deadline);
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    private void awaitSize(int size, Duration deadline) throws InterruptedException {
        long nanosLeft = TimeUnit.NANOSECONDS.convert(deadline);
        while (all.size() < size) {
            if (nanosLeft <= 0) {
                throw new AssertionError(
                        "%d messages after %s instead of %d; the last: %s"
                                .formatted(
                                        all.size(),
                                        deadline,
                                        size,
                                        all.isEmpty() ? "none" : all.getLast()));
            }
            nanosLeft = grown.awaitNanos(nanosLeft);
        }
    }
}
