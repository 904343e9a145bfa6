package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A source that cannot hold up its reader: what takes longer than the deadline is a failed
/// reading.
///
/// The call that was too slow is not abandoned but remembered. Until it returns every further read
/// fails at once, so that a hanging device costs its reader one deadline and one thread, however
/// often it is asked.
final class DeadlineSource implements Source {

    private final Source source;
    private final String mount;
    private final Executor workers;
    private final Duration deadline;
    private volatile @Nullable FutureTask<?> overdue; // written by readers; read by all

    DeadlineSource(Source source, String mount, Executor workers, Duration deadline) {
        this.source = source;
        this.mount = mount;
        this.workers = workers;
        this.deadline = deadline;
    }

    @Override
    public SortedSet<String> paths() throws IOException {
        return withinDeadline(source::paths);
    }

    @Override
    public Measurement measure(String path) throws IOException {
        return withinDeadline(() -> source.measure(path));
    }

    private <T> T withinDeadline(Callable<T> call) throws IOException {
        FutureTask<?> earlier = overdue;
        if (earlier != null && !earlier.isDone()) {
            throw new ReadingFailedException(
                    "the source at " + mount + " still has not answered an earlier read");
        }
        FutureTask<T> task = new FutureTask<>(call);
        try {
            workers.execute(task);
            return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException tooSlow) {
            overdue = task;
            throw new ReadingFailedException(
                    "the source at "
                            + mount
                            + " did not answer within "
                            + deadline.toMillis()
                            + " ms");
        } catch (ExecutionException failed) {
            throw asIOException(failed.getCause());
        } catch (RejectedExecutionException closed) {
            throw new ReadingFailedException("the device tree is closed");
        } catch (InterruptedException stopped) {
            throw Clocks.interrupted(stopped);
        }
    }

    private static IOException asIOException(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException failure -> failure;
            case null -> new ReadingFailedException("the source failed without a reason");
            default -> new IOException(cause.toString(), cause);
        };
    }
}
