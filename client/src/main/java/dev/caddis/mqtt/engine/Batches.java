package dev.caddis.mqtt.engine;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Work that one virtual thread does in order, handed over a batch at a time. Nothing runs while
/// there is none, and [#add] never blocks.
final class Batches<T> {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final String name;
    private final Consumer<? super T> worker;
    private List<T> waiting = new ArrayList<>();
    private boolean running;
    private @Nullable Thread runner;

    /// @param worker must not throw
    Batches(String name, Consumer<? super T> worker) {
        this.name = name;
        this.worker = worker;
    }

    void add(T work) {
        offer(work, Integer.MAX_VALUE);
    }

    /// Adds `work` unless `limit` pieces wait already.
    ///
    /// @return whether it was added
    boolean offer(T work, int limit) {
        lock.lock();
        try {
            if (waiting.size() >= limit) {
                return false;
            }
            waiting.add(work);
            if (!running) {
                running = true;
                runner = Thread.ofVirtual().name(name).start(this::run);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        List<T> batch = new ArrayList<>();
        while (true) {
            lock.lock();
            try {
                if (waiting.isEmpty()) {
                    running = false;
                    idle.signalAll();
                    return;
                }
                List<T> next = waiting;
                waiting = batch;
                batch = next;
            } finally {
                lock.unlock();
            }
            batch.forEach(worker);
            batch.clear();
        }
    }

    /// Waits until nothing is left to do, `nanos` at most; at once on the thread that does it.
    void awaitIdle(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (running && !Thread.currentThread().equals(runner) && left > 0) {
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
