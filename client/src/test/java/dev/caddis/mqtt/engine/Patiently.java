package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Waits for other threads: no longer than needed, and far longer than ever needed before it fails.
final class Patiently {

    private static final long LONG_SECONDS = 60;

    private Patiently() {}

    static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LONG_SECONDS, TimeUnit.SECONDS)).as("within a minute").isTrue();
    }

    static void join(Thread thread) throws InterruptedException {
        assertThat(thread.join(Duration.ofSeconds(LONG_SECONDS))).as("ended").isTrue();
    }

    /// Until `thread` stands in a wait of its own.
    static void untilWaiting(Thread thread) {
        until(() ->
                thread.getState() == Thread.State.TIMED_WAITING
                        || thread.getState() == Thread.State.WAITING);
    }

    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONG_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("within a minute").isNegative();
            Thread.onSpinWait();
        }
    }
}
