package dev.caddis.systemtests;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Open or shut; threads wait in front of a shut one.
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private boolean isOpen = true;

    void open() {
        set(true);
    }

    void shut() {
        set(false);
    }

    /// Waits while it is shut, but for `givenUp` no longer.
    void passThrough(BooleanSupplier givenUp) throws InterruptedException {
        lock.lock();
        try {
            while (!isOpen && !givenUp.getAsBoolean()) {
                opened.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Lets those who wait look again whether they have given up.
    void wake() {
        lock.lock();
        try {
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void set(boolean open) {
        lock.lock();
        try {
            isOpen = open;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
