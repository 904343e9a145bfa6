package dev.caddis.agent.doctor;

import dev.caddis.agent.doctor.Finding.Verdict;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/// What has been found so far. For one thread.
final class Report {

    private final Map<Step, Verdict> worst = new EnumMap<>(Step.class);
    private final Consumer<Finding> reader;

    Report(Consumer<Finding> reader) {
        this.reader = reader;
    }

    void tell(Finding finding) {
        worst.merge(
                finding.step(),
                finding.verdict(),
                (one, other) -> one == Verdict.FAILED ? one : other);
        reader.accept(finding);
    }

    boolean has(Step step) {
        return worst.containsKey(step);
    }

    boolean failed(Step step) {
        return worst.get(step) == Verdict.FAILED;
    }

    boolean failed() {
        return worst.containsValue(Verdict.FAILED);
    }
}
