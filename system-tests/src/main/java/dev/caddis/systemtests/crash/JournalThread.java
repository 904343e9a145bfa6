package dev.caddis.systemtests.crash;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// The thread of another process that writes and forces its journal: what `strace` is attached to.
final class JournalThread {

    private static final String NAME = "caddis-journal";
    private static final long PATIENCE_SECONDS = 60;
    private static final long LOOK_MILLIS = 2;

    private JournalThread() {}

    /// Has `strace` do to the journal of process `pid` what `injection` says, and waits until it is
    /// attached. `strace` ends with that process.
    ///
    /// @param call the system call that is counted and hit: of several `strace` would count each by
    ///   itself
    /// @param trace where it writes them down
    static Process inject(long pid, String call, String injection, Path trace) throws IOException {
        String thread = await(pid);
        List<String> command = new ArrayList<>(List.of("strace", "-qq", "-o", trace.toString()));
        command.addAll(List.of("-e", "trace=" + call, "-e", "inject=" + call + ":" + injection));
        command.addAll(List.of("-p", thread));
        Process strace = new ProcessBuilder(command).redirectErrorStream(true).start();
        Path status = Path.of("/proc", String.valueOf(pid), "task", thread, "status");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (Files.readString(status).contains("TracerPid:\t0")) {
            if (System.nanoTime() > end) {
                strace.destroyForcibly();
            }
            if (!strace.isAlive()) {
                throw new IOException(
                        "strace could not attach to thread "
                                + thread
                                + " of process "
                                + pid
                                + "; it may need CAP_SYS_PTRACE: "
                                + new String(
                                        strace.getInputStream().readAllBytes(),
                                        StandardCharsets.UTF_8));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
        return strace;
    }

    /// Its number, once it is there: when the session is open.
    private static String await(long pid) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < end) {
            String thread = find(Path.of("/proc", String.valueOf(pid), "task"));
            if (!thread.isEmpty()) {
                return thread;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
        }
        throw new IOException("process " + pid + " has no thread " + NAME);
    }

    /// Threads come and go meanwhile.
    private static String find(Path tasks) throws IOException {
        try (Stream<Path> threads = Files.list(tasks)) {
            for (Path thread : threads.toList()) {
                if (nameOf(thread).equals(NAME)) {
                    return thread.getFileName().toString();
                }
            }
        }
        return "";
    }

    private static String nameOf(Path thread) throws IOException {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException e) { // ESRCH, too, of a thread that ends while it is read
            if (Files.exists(thread)) {
                throw e;
            }
            return "";
        }
    }
}
