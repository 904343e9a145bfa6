package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// How a command lets time pass; tests put another in its place.
interface Patience {

    /// A clock that never jumps.
    long nanoTime();

    void pause(Duration duration) throws InterruptedException;

    /// What `awaited` completes with, within `limit`; `null` is for ever.
    ///
    /// @throws TimeoutException when it did not complete in time
    /// @throws ExecutionException when it completed with a failure
    <T> T await(CompletableFuture<T> awaited, @Nullable Duration limit)
            throws InterruptedException, ExecutionException, TimeoutException;

    /// That of this machine.
    static Patience real() {
        return new Patience() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void pause(Duration duration) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            }

            @Override
            public <T> T await(CompletableFuture<T> awaited, @Nullable Duration limit)
                    throws InterruptedException, ExecutionException, TimeoutException {
                return limit == null
                        ? awaited.get()
                        : awaited.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            }
        };
    }
}
