package dev.caddis.systemtests;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Decides for [RequiresPrograms]; a skip is printed, since Maven counts skipped tests without
/// saying why.
final class ProgramsCondition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        var required =
                AnnotationSupport.findAnnotation(context.getElement(), RequiresPrograms.class);
        if (required.isEmpty()) {
            return ConditionEvaluationResult.enabled("needs no program");
        }
        boolean strict = "1".equals(System.getenv("CADDIS_REQUIRE_TOOLS"));
        var result = decide(required.get(), name -> Programs.find(name).isPresent(), strict);
        if (result.isDisabled()) {
            System.err.println(
                    "SKIPPED " + context.getDisplayName() + ": " + result.getReason().orElse(""));
        }
        return result;
    }

    /// @throws IllegalStateException when a program is missing and `strict`
    static ConditionEvaluationResult decide(
            RequiresPrograms required, Predicate<String> installed, boolean strict) {
        List<String> missing = Stream.of(required.value()).filter(installed.negate()).toList();
        if (missing.isEmpty()) {
            return ConditionEvaluationResult.enabled("installed");
        }
        String reason =
                "not installed: "
                        + String.join(", ", missing)
                        + "; install: apt-get install "
                        + required.install();
        if (strict) {
            throw new IllegalStateException(
                    reason + " (CADDIS_REQUIRE_TOOLS=1 makes this a failure instead of a skip)");
        }
        return ConditionEvaluationResult.disabled(reason);
    }
}
