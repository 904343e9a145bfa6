package dev.caddis.systemtests.load;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The threads of this process, virtual ones too, of which the JVM tells in a dump only.
final class Threads {

    private static final long LOOK_NANOS = 100_000_000;

    private Threads() {}

    /// Waits until no thread has a name that begins with `prefix`.
    ///
    /// @param folder for the dump, which is deleted again
    /// @return the names of those that are still there after `patience`
    static List<String> left(String prefix, Path folder, Duration patience) throws IOException {
        long giveUp = System.nanoTime() + patience.toNanos();
        List<String> names = named(prefix, folder);
        while (!names.isEmpty() && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(LOOK_NANOS);
            names = named(prefix, folder);
        }
        return names;
    }

    /// The names of threads that begin with `prefix`.
    static List<String> named(String prefix, Path folder) throws IOException {
        Path dump = folder.toAbsolutePath().resolve("threads.json");
        Files.deleteIfExists(dump);
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), ThreadDumpFormat.JSON);
        var name = Pattern.compile("\"name\": *\"(" + Pattern.quote(prefix) + "[^\"]*)\"");
        List<String> names =
                name.matcher(Files.readString(dump)).results().map(Threads::text).toList();
        Files.delete(dump);
        return names;
    }

    private static String text(MatchResult found) {
        return found.group(1);
    }
}
