package dev.caddis.systemtests;

import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A program started by a test: its lines are read as they come, it is ended by its own process id,
/// and it does not outlive this Java process.
public final class ChildProcess {
    private static final int END_SECONDS_MAX = 10;

    private final Process process;
    private final Thread reader;
    private final Thread endWithUs;
    private final List<String> lines = new ArrayList<>(); // guarded by itself

    /// @param onLine called by the reading thread with each line of standard output and standard
    ///   error
    public ChildProcess(List<String> command, Consumer<String> onLine) throws IOException {
        this(command, Map.of(), onLine);
    }

    /// @param environment added to that of this process
    public ChildProcess(
            List<String> command, Map<String, String> environment, Consumer<String> onLine)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        process = builder.start();
        endWithUs = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(endWithUs);
        reader =
                Thread.ofVirtual()
                        .name("output of " + process.pid())
                        .start(() -> readLines(onLine));
    }

    boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /// Runs `action` once it has ended by itself or was ended.
    public void onEnd(Runnable action) {
        var _ = process.onExit().thenRun(action);
    }

    /// Everything it has printed, one line a line.
    public String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    /// SIGTERM; SIGKILL if that is not obeyed in time.
    public void terminate() {
        process.destroy();
        awaitEnd();
    }

    /// Sends `signal`, such as `INT`, or `0` to send nothing, and waits.
    ///
    /// @return the exit code; empty when it has not ended within `timeout`
    OptionalInt end(String signal, Duration timeout) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid()).start().waitFor();
        return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)
                ? OptionalInt.of(process.exitValue())
                : OptionalInt.empty();
    }

    /// SIGKILL.
    public void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(END_SECONDS_MAX, TimeUnit.SECONDS);
            }
            reader.join(TimeUnit.SECONDS.toMillis(END_SECONDS_MAX));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } finally {
            forgetShutdown();
        }
    }

    private void forgetShutdown() {
        try {
            Runtime.getRuntime().removeShutdownHook(endWithUs);
        } catch (IllegalStateException e) {
            // The Java process is ending: the hook is running, which is what it is for.
            process.destroyForcibly();
        }
    }

    private void readLines(Consumer<String> onLine) {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                onLine.accept(line);
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add("[reading the output ended: " + e.getMessage() + "]");
            }
        }
    }
}
