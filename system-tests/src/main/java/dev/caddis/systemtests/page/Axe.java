package dev.caddis.systemtests.page;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// axe-core: the rules of WCAG 2.2, levels A and AA, and its own good practice, as far as a program
/// can judge them.
final class Axe {

    private static final String RUN =
            """
            axe.run(document, { resultTypes: ["violations"] }).then((result) => [
              result.passes.length,
              ...result.violations.map((each) => each.id + ": " + each.help + " ("
                + each.nodes.length + " times) " + each.nodes[0].html.slice(0, 200) + " "
                + each.nodes[0].failureSummary)])
            """;

    /// @param rules that were kept
    /// @param violations none is what is wanted
    record Verdict(int rules, List<String> violations) {}

    private final String script;

    Axe() throws IOException {
        try (InputStream in = Axe.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IOException("axe.min.js of axe-core is not on the class path");
            }
            script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Verdict judge(Tab tab) throws IOException {
        if (!Boolean.TRUE.equals(tab.evaluate("typeof axe === 'object'"))) {
            tab.evaluate(script + "; 0");
        }
        List<String> violations = new ArrayList<>();
        int rules = 0;
        if (tab.evaluate(RUN) instanceof List<?> found) {
            for (Object each : found) {
                if (each instanceof Double count) {
                    rules = count.intValue();
                } else {
                    violations.add(String.valueOf(each));
                }
            }
        }
        return new Verdict(rules, violations);
    }
}
