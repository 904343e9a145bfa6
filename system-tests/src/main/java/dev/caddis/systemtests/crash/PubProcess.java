package dev.caddis.systemtests.crash;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One life of `caddis pub -l --session`: it is fed numbered lines, and tells which it has
/// accepted.
///
/// For one thread; two of its own feed and read.
final class PubProcess {

    /// What is done with the process before it is fed.
    @FunctionalInterface
    interface Before {
        void with(long pid) throws IOException;
    }

    private static final int FED_AT_ONCE = 20;

    private final Process process;
    private final Thread feeder;
    private final Thread reader;
    private final int first;
    private volatile int
            accepted; // the last line printed as accepted, counted from 1 over all lives
    private volatile int fed; // the last line handed over

    /// @param command with everything but `-l`
    /// @param first the line that is fed first, and the next up to `last`; none where it is higher
    /// @param linesPerSecond at which they are fed; 0: as fast as they are taken
    /// @param errors where standard error is appended
    PubProcess(
            List<String> command,
            int first,
            int last,
            String padding,
            int linesPerSecond,
            Path errors)
            throws IOException {
        this(command, first, last, padding, linesPerSecond, errors, pid -> {});
    }

    /// As the other.
    PubProcess(
            List<String> command,
            int first,
            int last,
            String padding,
            int linesPerSecond,
            Path errors,
            Before before)
            throws IOException {
        this.first = first;
        accepted = first - 1;
        fed = first - 1;
        List<String> all = new ArrayList<>(command);
        all.add("-l");
        process =
                new ProcessBuilder(all)
                        .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                        .start();
        try {
            before.with(process.pid());
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
        feeder = Thread.ofPlatform().start(() -> feed(last, padding, linesPerSecond));
        reader = Thread.ofPlatform().start(this::read);
    }

    private void feed(int last, String padding, int linesPerSecond) {
        try (var in =
                new BufferedWriter(
                        new OutputStreamWriter(
                                process.getOutputStream(), StandardCharsets.UTF_8))) {
            for (int line = first; line <= last; line++) {
                fed = line;
                in.write("line " + line + padding + "\n");
                if (linesPerSecond > 0 && line % FED_AT_ONCE == 0) {
                    in.flush();
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(FED_AT_ONCE) / linesPerSecond);
                }
            }
        } catch (IOException e) {
            // it was killed: what it had not read was not fed, but that is not to be told apart
        }
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.matches("accepted [0-9]+")) {
                    int number = Integer.parseInt(line.substring("accepted ".length()));
                    accepted = Math.max(accepted, first - 1 + number); // the last may be cut off
                }
            }
        } catch (IOException e) {
            // it was killed
        }
    }

    int accepted() {
        return accepted;
    }

    int fed() {
        return fed;
    }

    long pid() {
        return process.pid();
    }

    /// Waits until it has ended by itself.
    ///
    /// @return its exit code
    int awaitEnd() throws InterruptedException {
        int status = process.waitFor();
        feeder.join();
        reader.join();
        return status;
    }

    /// Waits until it has accepted `line`, for `millis` at most, or until it has ended.
    void awaitAccepted(int line, long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (accepted < line && System.nanoTime() < end && process.isAlive()) {
            TimeUnit.MICROSECONDS.sleep(500);
        }
    }

    /// Waits until it has ended by itself, and kills it after `millis`; what it had printed is
    /// read.
    ///
    /// @return its exit code
    int awaitEnd(long millis) throws InterruptedException {
        if (!process.waitFor(millis, TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
        }
        int status = process.waitFor();
        feeder.join();
        reader.join();
        return status;
    }

    /// SIGKILL; what it had printed by then is read.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        feeder.join();
        reader.join();
    }
}
