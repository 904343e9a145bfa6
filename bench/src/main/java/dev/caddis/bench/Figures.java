package dev.caddis.bench;

import java.util.List;

/// What one run cost.
///
/// @param cpuNanos of the contender's whole process
/// @param allocatedBytes on the heap, by all of its threads
record Figures(int messages, long wallNanos, long cpuNanos, long allocatedBytes) {

    double messagesPerSecond() {
        return messages * 1e9 / wallNanos;
    }

    double cpuMicrosPerMessage() {
        return cpuNanos / 1e3 / messages;
    }

    double bytesPerMessage() {
        return (double) allocatedBytes / messages;
    }

    String toLine() {
        return messages + " " + wallNanos + " " + cpuNanos + " " + allocatedBytes;
    }

    static Figures ofLine(String line) {
        List<String> words = List.of(line.split(" ", -1));
        return new Figures(
                Integer.parseInt(words.get(0)),
                Long.parseLong(words.get(1)),
                Long.parseLong(words.get(2)),
                Long.parseLong(words.get(3)));
    }
}
