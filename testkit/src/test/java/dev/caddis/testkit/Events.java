package dev.caddis.testkit;

import dev.caddis.mqtt.event.ClientEvent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// What a client told; each event is taken once, by whoever waits for its kind.
final class Events implements Consumer<ClientEvent> {

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final List<ClientEvent> untaken = new ArrayList<>();

    @Override
    public void accept(ClientEvent event) {
        lock.lock();
        try {
            untaken.add(event);
            told.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The oldest event of `type` that was not taken yet, waited for.
    <E extends ClientEvent> E next(Class<E> type) {
        lock.lock();
        try {
            long left = PATIENCE_NANOS;
            while (true) {
                for (ClientEvent event : untaken) {
                    if (type.isInstance(event)) {
                        untaken.remove(event);
                        return type.cast(event);
                    }
                }
                if (left <= 0) {
                    throw new AssertionError(
                            "no "
                                    + type.getSimpleName()
                                    + " was told; the last not taken: "
                                    + untaken.subList(
                                            Math.max(0, untaken.size() - 8), untaken.size()));
                }
                left = told.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            lock.unlock();
        }
    }

    /// How many events of `type` were told and not taken so far.
    long untaken(Class<? extends ClientEvent> type) {
        lock.lock();
        try {
            return untaken.stream().filter(type::isInstance).count();
        } finally {
            lock.unlock();
        }
    }
}
