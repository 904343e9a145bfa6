package dev.caddis.agent;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Tells who supervises the process how it is, by the protocol of systemd's `sd_notify`: ready,
/// reloading, alive (watchdog), stopping. Without `$NOTIFY_SOCKET` it does nothing.
///
/// What is told goes out on a thread of its own, in order, so that nobody waits for it. Any thread
/// may call.
public final class Supervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    private final @Nullable NotifySocket socket;
    private final @Nullable Duration watchdog;
    private final @Nullable ScheduledExecutorService thread;
    private boolean told; // on the thread

    private Supervisor(@Nullable NotifySocket socket, @Nullable Duration watchdog) {
        this.socket = socket;
        this.watchdog = watchdog;
        this.thread =
                socket == null
                        ? null
                        : Executors.newSingleThreadScheduledExecutor(
                                Thread.ofPlatform().daemon().name("caddis-supervisor").factory());
    }

    /// The one that `environment` names: `NOTIFY_SOCKET`, and `WATCHDOG_USEC` and `WATCHDOG_PID`.
    public static Supervisor of(Map<String, String> environment) {
        String address = environment.get("NOTIFY_SOCKET");
        if (address == null || address.isEmpty()) {
            return new Supervisor(null, null);
        }
        return new Supervisor(NotifySocket.at(address), watchdog(environment));
    }

    /// `null`: nobody waits for signs of life from this process.
    private static @Nullable Duration watchdog(Map<String, String> environment) {
        String micros = environment.get("WATCHDOG_USEC");
        String process = environment.get("WATCHDOG_PID");
        if (micros == null
                || (process != null
                        && !process.equals(Long.toString(ProcessHandle.current().pid())))) {
            return null;
        }
        try {
            long every = Long.parseLong(micros) / 2; // as sd_watchdog_enabled(3) recommends
            return every > 0 ? Duration.ofNanos(TimeUnit.MICROSECONDS.toNanos(every)) : null;
        } catch (NumberFormatException noNumber) {
            LOG.warn("WATCHDOG_USEC is no number: {}", OneLine.text(micros));
            return null;
        }
    }

    /// The agent runs, connected or not; also once it has reloaded.
    public void ready() {
        tell("READY=1");
    }

    /// From now on it tells at half the interval of the watchdog that it is alive, as long as
    /// `lives` says so.
    public void watch(BooleanSupplier lives) {
        if (thread == null || watchdog == null) {
            return;
        }
        long nanos = watchdog.toNanos();
        var _ =
                thread.scheduleAtFixedRate(
                        () -> {
                            if (lives.getAsBoolean()) {
                                send("WATCHDOG=1");
                            }
                        },
                        0,
                        nanos,
                        TimeUnit.NANOSECONDS);
    }

    /// The configuration is read again; [#ready] follows.
    public void reloading() {
        // On Linux nanoTime is CLOCK_MONOTONIC, which is what systemd compares it with.
        tell("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()));
    }

    /// The agent ends.
    public void stopping() {
        tell("STOPPING=1");
    }

    private void tell(String state) {
        if (thread != null) {
            thread.execute(() -> send(state));
        }
    }

    private void send(String state) {
        if (socket == null) {
            return;
        }
        try {
            socket.send(state);
        } catch (IOException e) {
            if (!told) {
                told = true;
                LOG.warn("the supervisor cannot be told how the agent is: {}", e.getMessage());
            }
        }
    }

    /// Sends what was told, then nothing more.
    @Override
    public void close() {
        if (thread == null) {
            return;
        }
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_WAIT.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.debug("the supervisor was not told everything");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
