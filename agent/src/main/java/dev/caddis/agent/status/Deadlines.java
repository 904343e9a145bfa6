package dev.caddis.agent.status;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/// Until when each request must have come and its answer be taken. A thread that is late is
/// interrupted, which closes the connection it waits for: who sends nothing, or takes nothing,
/// holds nothing for long.
final class Deadlines {

    /// For a request with its answer.
    private static final Duration TIME = Duration.ofSeconds(10);

    private final LongSupplier nanoTime;
    private final Map<Thread, Long> ends = new ConcurrentHashMap<>();

    Deadlines(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /// `request`, with a deadline for the thread that runs it.
    Runnable with(Runnable request) {
        return () -> {
            extend(Duration.ZERO);
            try {
                request.run();
            } finally {
                ends.remove(Thread.currentThread());
            }
        };
    }

    /// The request on this thread has its time anew from now on.
    ///
    /// @param more added to it
    void extend(Duration more) {
        ends.put(Thread.currentThread(), nanoTime.getAsLong() + TIME.toNanos() + more.toNanos());
    }

    /// Interrupts who is late.
    void look() {
        long now = nanoTime.getAsLong();
        ends.forEach((thread, end) -> {
            if (now - end >= 0) {
                thread.interrupt();
            }
        });
    }
}
