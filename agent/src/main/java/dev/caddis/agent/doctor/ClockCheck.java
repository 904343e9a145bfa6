package dev.caddis.agent.doctor;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;

/// Is this machine's clock plausible? Nobody is asked for the time: what is known is that no file
/// was written in the future, and that this program is not older than it is.
final class ClockCheck {

    private static final Instant EARLIEST = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2080-01-01T00:00:00Z");
    private static final Duration TOLERANCE = Duration.ofHours(1);

    private static final String SET_IT =
            "set the clock, and see that it stays right: timedatectl, or chronyc tracking";

    private ClockCheck() {}

    /// @param witnesses files that were written before now
    static Finding of(Instant now, Collection<Path> witnesses) {
        String says = "this machine's clock says " + now.truncatedTo(ChronoUnit.SECONDS);
        if (now.isBefore(EARLIEST)) {
            return Finding.failed(Step.CLOCK, says + ", before this program was written", SET_IT);
        }
        if (now.isAfter(LATEST)) {
            return Finding.failed(Step.CLOCK, says + ", which cannot be", SET_IT);
        }
        Path newest = null;
        Instant known = now.plus(TOLERANCE);
        for (Path each : witnesses) {
            Instant written = written(each);
            if (written != null && written.isAfter(known)) {
                known = written;
                newest = each;
            }
        }
        if (newest != null) {
            return Finding.failed(
                    Step.CLOCK,
                    "%s, and %s was written %s: the clock is behind"
                            .formatted(says, newest, known.truncatedTo(ChronoUnit.SECONDS)),
                    SET_IT);
        }
        return Finding.ok(
                Step.CLOCK, now.truncatedTo(ChronoUnit.SECONDS) + "; no file here is newer");
    }

    private static @Nullable Instant written(Path file) {
        try {
            return Files.getLastModifiedTime(file).toInstant();
        } catch (IOException unknown) {
            return null; // then it is no witness
        }
    }
}
