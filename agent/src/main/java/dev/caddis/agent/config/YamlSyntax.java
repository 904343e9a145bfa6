package dev.caddis.agent.config;

import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

import java.util.Optional;

/// Says in plain words why a file is not YAML, without quoting it: the line may hold a password.
final class YamlSyntax {

    private static final String CANNOT_START = "that cannot start any token";

    private YamlSyntax() {}

    static void report(MarkedYamlEngineException syntax, String text, Problems problems) {
        String context = syntax.getContext() == null ? "" : syntax.getContext();
        String problem = syntax.getProblem() == null ? "" : syntax.getProblem();
        int at = line(syntax.getProblemMark());
        int begun = syntax.getContextMark().isPresent() ? line(syntax.getContextMark()) : at;
        if (problem.contains("TAB")) {
            problems.add(
                    at, "yaml", "a tab stands where YAML takes spaces only", "indent with spaces");
        } else if (context.contains("quoted scalar") && problem.contains("end of stream")) {
            problems.add(begun, "yaml", "a quote is opened here and never closed", "close it");
        } else if (problem.contains("undefined alias")) {
            problems.add(
                    at,
                    "yaml",
                    "a value begins with *, which YAML takes for an alias",
                    "put it in quotes");
        } else if (problem.contains(CANNOT_START)) {
            problems.add(
                    at,
                    "yaml",
                    "a value begins with a character YAML reserves",
                    "put it in quotes");
        } else if (problem.contains("mapping values are not allowed")) {
            problems.add(
                    at,
                    "yaml",
                    "a colon stands where no key can be",
                    "indent keys that belong together alike, and put a value that holds a colon in"
                            + " quotes");
        } else if (problem.contains("could not find expected ':'")) {
            problems.add(
                    begun,
                    "yaml",
                    "a key has no colon and space behind it",
                    "write \"key: value\"");
        } else if (context.contains("flow")) {
            problems.add(
                    at,
                    "yaml",
                    "the brackets that begin in line " + begun + " go wrong here: " + problem,
                    remedy(text, at));
        } else {
            problems.add(at, "yaml", "is not valid YAML: " + problem, remedy(text, at));
        }
    }

    private static String remedy(String text, int line) {
        boolean interpolated = text.lines().skip(line - 1L).findFirst().orElse("").contains("${");
        return interpolated
                ? "inside brackets put a value that holds ${...} in quotes"
                : "close what is open, and indent keys that belong together alike";
    }

    private static int line(Optional<Mark> mark) {
        return mark.map(Mark::getLine).orElse(0) + 1;
    }
}
