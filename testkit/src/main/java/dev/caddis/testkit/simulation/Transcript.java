package dev.caddis.testkit.simulation;

import java.util.ArrayDeque;
import java.util.Locale;

/// What happened in a run, one thing a line: `*` the world, `<` inputs, `>` effects, `=` the
/// broker.
public final class Transcript {

    private static final int LINES_MAX = 20_000;

    private final boolean on;
    private final ArrayDeque<String> lines = new ArrayDeque<>();

    /// @param on whether anything is written down: it takes most of the time of a run
    public Transcript(boolean on) {
        this.on = on;
    }

    boolean isOn() {
        return on;
    }

    void add(long nanos, String what) {
        lines.add(String.format(Locale.ROOT, "%12.3f  %s", nanos / 1e9, what));
        if (lines.size() > LINES_MAX) {
            lines.removeFirst();
        }
    }

    /// All lines, each with its end.
    public String text() {
        return String.join("\n", lines) + "\n";
    }
}
