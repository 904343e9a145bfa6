package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.Reading;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/// Reads data paths and prints what they answer, each in one line, in the order in which they were
/// asked for.
final class ReadingPrinter {

    private static final DateTimeFormatter RFC_3339 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final DeviceTree tree;
    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean json;

    ReadingPrinter(DeviceTree tree, PrintWriter out, PrintWriter err, boolean json) {
        this.tree = tree;
        this.out = out;
        this.err = err;
        this.json = json;
    }

    /// Prints everything at and below `paths`; a failed reading goes to the error output, as JSON
    /// to both.
    ///
    /// @return whether no reading failed
    boolean print(List<String> paths) {
        List<String> all = new ArrayList<>();
        paths.forEach(path -> all.addAll(tree.paths(path)));
        int width = all.stream().mapToInt(String::length).max().orElse(0);
        boolean good = true;
        for (String path : all) {
            Reading reading = tree.read(path);
            if (json) {
                out.println(object(reading));
            } else if (!reading.failed()) {
                out.println(text(reading, width));
            }
            out.flush();
            if (reading.failed()) {
                good = false;
                err.println(
                        "caddis: cannot read "
                                + OneLine.text(reading.path())
                                + ": "
                                + OneLine.text(String.valueOf(reading.problem())));
                err.flush();
            }
        }
        return good;
    }

    private static String text(Reading reading, int width) {
        String path = OneLine.text(reading.path());
        String unit = reading.unit();
        return path
                + " ".repeat(Math.max(0, width - path.length()) + 2)
                + value(reading.value())
                + (unit == null ? "" : " " + unit);
    }

    /// As JSON, but a text as it is.
    private static String value(@Nullable Object value) {
        return value instanceof String text ? OneLine.text(text) : JsonLine.of(value);
    }

    private static JsonLine object(Reading reading) {
        return new JsonLine()
                .with("path", reading.path())
                .with("value", reading.value())
                .with("unit", reading.unit())
                .with("taken_at", RFC_3339.format(reading.takenAt()))
                .with("problem", reading.problem());
    }
}
