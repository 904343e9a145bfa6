package dev.caddis.systemtests.doctor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Stages one fault after the other and asks the doctor, while an agent works beside it.
public final class StagedFaults {

    private static final Duration MOST = Duration.ofSeconds(20);

    private StagedFaults() {}

    /// @param arguments a folder that is empty, and part of the names of the faults to stage: none
    ///   for all
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        String only = arguments.length > 1 ? arguments[1] : "";
        List<Fault> faults =
                Faults.all().stream().filter(each -> each.name().contains(only)).toList();
        var papers = new Papers(folder.resolve("pki"), "Staged");
        int wrong = 0;
        long slowest = 0;
        try (var yard = new Yard(folder.resolve("yard"), papers, "")) {
            int port = yard.broker("max_inflight_messages 0", "max_queued_messages 0");
            String url = "mqtts://localhost:" + port;
            try (var agent = new Bystander(folder.resolve("agent"), papers, port)) {
                agent.awaitFirst();
                wrong += beside(agent, folder.resolve("well"));
                int number = 0;
                for (Fault each : faults) {
                    number++;
                    try (var stage = new Yard(folder.resolve("fault-" + number), papers, url)) {
                        Examination it = Examination.of(stage.folder(), each.stage().in(stage));
                        Optional<String> complaint = it.complaint(each, MOST);
                        slowest = Math.max(slowest, it.took().toMillis());
                        System.out.printf(
                                "%-8s %5d ms  %-18s  %s%s%n",
                                complaint.isEmpty() ? "named" : "WRONG",
                                it.took().toMillis(),
                                each.step(),
                                each.name(),
                                complaint.map(text -> ": " + text).orElse(""));
                        wrong += complaint.isEmpty() ? 0 : 1;
                    }
                }
                String verdict = agent.verdict();
                System.out.println(
                        verdict.isEmpty()
                                ? "the agent beside it: one connection, "
                                        + agent.arrived()
                                        + " messages, each arrived once"
                                : "WRONG: " + verdict);
                wrong += verdict.isEmpty() ? 0 : 1;
                System.out.printf(
                        Locale.ROOT,
                        "%s %d of %d staged faults named by step and cause, the slowest in %.1f s,"
                                + " beside an agent with one connection and %d messages%n",
                        wrong == 0 ? "ok" : "WRONG",
                        wrong == 0 ? faults.size() : Math.max(0, faults.size() - wrong),
                        faults.size(),
                        slowest / 1e3,
                        agent.arrived());
            }
        }
        System.exit(wrong == 0 ? 0 : 1);
    }

    /// With the agent's own configuration, session folder and all: nothing is wrong.
    private static int beside(Bystander agent, Path folder) throws Exception {
        Files.createDirectories(folder);
        Examination it = Examination.of(folder, agent.configuration());
        boolean well = it.exitCode() == 0 && it.firstFailure().isEmpty();
        boolean seen =
                it.findings().stream()
                        .anyMatch(each ->
                                "journal".equals(each.get("step"))
                                        && String.valueOf(each.get("text"))
                                                .contains("an agent runs with it"));
        boolean tried =
                it.findings().stream().noneMatch(each -> "not_tried".equals(each.get("result")));
        System.out.printf(
                "%-8s %5d ms  %-18s  nothing is wrong, and the agent's session folder is in use%n",
                well && seen && tried ? "named" : "WRONG", it.took().toMillis(), "none");
        if (!well || !seen || !tried) {
            System.out.println(it);
        }
        return well && seen && tried ? 0 : 1;
    }
}
