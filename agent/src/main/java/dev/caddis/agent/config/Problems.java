package dev.caddis.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Gathers everything that is wrong in one file while it is read.
final class Problems {

    private static final Comparator<Problem> IN_LINE_ORDER = Comparator.comparingInt(Problem::line);

    private final Path file;
    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    private boolean pinRefused;

    Problems(Path file) {
        this.file = file;
    }

    void add(int line, String key, String what, String remedy) {
        errors.add(new Problem(file, line, key, what, remedy));
    }

    void warn(int line, String key, String what, String remedy) {
        warnings.add(new Problem(file, line, key, "warning: " + what, remedy));
    }

    /// One of the errors is a PIN that a token refused.
    void refusedPin() {
        pinRefused = true;
    }

    boolean pinRefused() {
        return pinRefused;
    }

    int count() {
        return errors.size();
    }

    boolean none() {
        return errors.isEmpty();
    }

    List<Problem> errors() {
        return errors.stream().sorted(IN_LINE_ORDER).toList();
    }

    List<Problem> warnings() {
        return warnings.stream().sorted(IN_LINE_ORDER).toList();
    }
}
