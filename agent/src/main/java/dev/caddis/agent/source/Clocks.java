package dev.caddis.agent.source;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The time, as everything that reads or samples gets it; tests give their own.
///
/// @param instants the time of day, for what people read; may jump
/// @param nanoTime a clock that never jumps, for intervals and rates; stands still while the
///   machine is suspended
/// @param pause waits a moment
public record Clocks(InstantSource instants, LongSupplier nanoTime, Pause pause) {

    /// Waits for about as long as it is told.
    public interface Pause {

        /// @throws InterruptedIOException when the thread is asked to stop
        void about(Duration duration) throws InterruptedIOException;
    }

    /// The clocks of this machine.
    public static Clocks system() {
        return new Clocks(InstantSource.system(), System::nanoTime, Clocks::sleep);
    }

    Instant now() {
        return instants.instant();
    }

    private static void sleep(Duration duration) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException stopped) {
            throw interrupted(stopped);
        }
    }

    /// What a reading ends with whose thread was interrupted, which it stays.
    static InterruptedIOException interrupted(InterruptedException stopped) {
        Thread.currentThread().interrupt();
        var failure = new InterruptedIOException("interrupted while reading");
        failure.initCause(stopped);
        return failure;
    }
}
