package dev.caddis.agent.telemetry;

import dev.caddis.agent.source.Reading;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Counts failed readings by data path, and says when a path begins to fail and when it answers
/// again: once each, not at every interval. Any thread may ask.
public final class FailedReadings {

    /// Hears of changes only.
    interface Listener {

        void beganToFail(Reading reading);

        /// @param failures how many readings in a row had failed
        void answersAgain(Reading reading, long failures);
    }

    private final Listener listener;
    private final SortedMap<String, Long> failuresByPath = new TreeMap<>();
    private final Map<String, Long> failingInARow = new HashMap<>();

    FailedReadings(Listener listener) {
        this.listener = listener;
    }

    /// All failed readings since the start.
    public synchronized long total() {
        return failuresByPath.values().stream().mapToLong(Long::longValue).sum();
    }

    /// How often each data path failed since the start; paths that never failed are not there.
    public synchronized SortedMap<String, Long> byPath() {
        return new TreeMap<>(failuresByPath);
    }

    synchronized void note(Reading reading) {
        String path = reading.path();
        if (reading.failed()) {
            failuresByPath.merge(path, 1L, Long::sum);
            if (failingInARow.merge(path, 1L, Long::sum) == 1) {
                listener.beganToFail(reading);
            }
        } else {
            Long failures = failingInARow.remove(path);
            if (failures != null) {
                listener.answersAgain(reading, failures);
            }
        }
    }
}
