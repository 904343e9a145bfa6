package dev.caddis.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Shows a person how many messages are left, in one line that is written over, once it takes more
/// than two seconds.
final class Progress {

    private static final long FIRST_NANOS = Duration.ofSeconds(2).toNanos();

    private final PrintWriter err;
    private final boolean watched;
    private final LongSupplier nanoTime;
    private final long begun;
    private boolean shown;

    /// @param watched whether `err` is a terminal; else nothing is shown
    /// @param nanoTime a clock that never jumps
    Progress(PrintWriter err, boolean watched, LongSupplier nanoTime) {
        this.err = err;
        this.watched = watched;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    void show(long left) {
        if (watched && nanoTime.getAsLong() - begun > FIRST_NANOS) {
            err.print("\rcaddis: " + left + " left to be acknowledged \u001b[K");
            err.flush();
            shown = true;
        }
    }

    /// What is written next begins a line.
    void end() {
        if (shown) {
            err.println();
            err.flush();
            shown = false;
        }
    }
}
