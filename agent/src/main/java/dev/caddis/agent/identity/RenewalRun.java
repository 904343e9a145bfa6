package dev.caddis.agent.identity;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// One run of a renewal command: nothing to read, its time bounded, the end of what it prints kept.
final class RenewalRun {

    private static final int OUTPUT_CHARACTERS_MAX = 2_000;

    /// How long a program that was told to end may take, and what it left behind may go on
    /// printing.
    private static final Duration LAST_WORDS = Duration.ofSeconds(2);

    /// @param why empty: it ended well; else what went wrong
    /// @param output the end of what it printed
    record Result(String why, String output) {

        boolean isGood() {
            return why.isEmpty();
        }
    }

    private RenewalRun() {}

    /// @throws InterruptedException after the program was ended
    static Result of(RenewSettings settings, Duration within) throws InterruptedException {
        Process process;
        try {
            process =
                    new ProcessBuilder(settings.command())
                            .directory(settings.folder().toFile())
                            .redirectErrorStream(true)
                            .redirectInput(Redirect.from(new File("/dev/null")))
                            .start();
        } catch (IOException e) {
            return new Result("it cannot be started: " + e.getMessage(), "");
        }
        CompletableFuture<String> output = outputOf(process);
        try {
            String why = "";
            if (!process.waitFor(within.toNanos(), TimeUnit.NANOSECONDS)) {
                end(process);
                why = "it took longer than " + within.toSeconds() + " s and was ended";
            } else if (process.exitValue() != 0) {
                why = "its exit code was " + process.exitValue();
            }
            return new Result(why, last(output));
        } finally {
            end(process);
        }
    }

    /// A thread of its own: a full pipe would hold the program up.
    private static CompletableFuture<String> outputOf(Process process) {
        var output = new CompletableFuture<String>();
        Thread.ofVirtual()
                .name("caddis-renew-output")
                .start(() -> {
                    var tail = new StringBuilder();
                    try (Reader in = process.inputReader(StandardCharsets.UTF_8)) {
                        char[] buffer = new char[OUTPUT_CHARACTERS_MAX];
                        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                            tail.append(buffer, 0, count);
                            tail.delete(0, Math.max(0, tail.length() - OUTPUT_CHARACTERS_MAX));
                        }
                    } catch (IOException e) {
                        tail.append(" (the rest cannot be read: ").append(e.getMessage() + ")");
                    }
                    output.complete(tail.toString().strip());
                });
        return output;
    }

    /// What it left behind may print for ever; that is not waited for.
    private static String last(CompletableFuture<String> output) throws InterruptedException {
        try {
            return output.get(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return "(something it started prints still)";
        } catch (ExecutionException e) {
            throw new IllegalStateException("the output could not be read", e.getCause());
        }
    }

    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> all =
                Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
        all.forEach(ProcessHandle::destroy);
        if (!process.waitFor(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS)) {
            all.forEach(ProcessHandle::destroyForcibly);
        }
    }
}
