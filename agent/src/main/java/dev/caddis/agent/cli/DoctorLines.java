package dev.caddis.agent.cli;

import dev.caddis.agent.doctor.Finding;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the doctor found, for people and for scripts.
final class DoctorLines {

    private static final String SIGNS = "\u2713!\u2717-"; // in the order of the verdicts
    private static final String PLAIN = "+!x-";

    private final String marks;

    /// @param marks one character a verdict
    DoctorLines(String marks) {
        this.marks = marks;
    }

    /// A tick where standard output has one.
    static String marks() {
        return System.out.charset().newEncoder().canEncode(SIGNS) ? SIGNS : PLAIN;
    }

    List<String> of(Finding finding) {
        var lines = new ArrayList<String>();
        Duration took = finding.took();
        lines.add(
                "%s %-18s  %s%s%s%s"
                        .formatted(
                                marks.charAt(finding.verdict().ordinal()),
                                finding.step(),
                                finding.verdict() == Finding.Verdict.NOT_TRIED ? "not tried: " : "",
                                finding.subject() == null ? "" : finding.subject() + ": ",
                                finding.text(),
                                took == null ? "" : " (" + took.toMillis() + " ms)"));
        if (finding.remedy() != null) {
            lines.add("  %-18s  -> %s".formatted("", finding.remedy()));
        }
        return lines;
    }

    static JsonLine object(Finding finding) {
        Duration took = finding.took();
        return new JsonLine()
                .with("step", finding.step().name().toLowerCase(Locale.ROOT))
                .with("subject", finding.subject())
                .with("result", finding.verdict().name().toLowerCase(Locale.ROOT))
                .with("text", finding.text())
                .with("remedy", finding.remedy())
                .with("millis", took == null ? null : took.toMillis());
    }
}
