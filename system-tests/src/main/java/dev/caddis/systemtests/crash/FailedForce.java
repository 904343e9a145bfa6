package dev.caddis.systemtests.crash;

import dev.caddis.demo.Issued;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The disk says that it could not write: `strace` makes one forced write of the journal's thread
/// fail with EIO. Whatever was printed as accepted arrives after the next start, what came before
/// included.
final class FailedForce {

    private static final int FED = 20_000;
    private static final int LINES_PER_SECOND = 400;
    private static final int WARM = 200;
    private static final int FAILING = 5;

    private FailedForce() {}

    static boolean run(CaddisPub pub, Issued server, SeedSession seed, Path scratch)
            throws Exception {
        Set<Integer> expected = SessionJournal.in(pub.session()).lines();
        Path errors = scratch.resolve("failed-force.err");
        int first = seed.lines() + 1;
        var process =
                new PubProcess(
                        pub.command(SeedSession.TOPIC, 2),
                        first,
                        first + FED,
                        " ...",
                        LINES_PER_SECOND,
                        errors);
        process.awaitAccepted(first + WARM, 60_000);
        Process strace =
                JournalThread.inject(
                        process.pid(),
                        "fdatasync",
                        "error=EIO:when=" + FAILING,
                        scratch.resolve("strace.log"));
        int status = process.awaitEnd();
        strace.waitFor();
        String told = Files.readString(errors);
        int accepted = process.accepted();
        for (int line = first; line <= accepted; line++) {
            expected.add(line);
        }
        Drained drained = Drained.of(pub, server, scratch.resolve("failed-force"), expected.size());

        var findings = new Findings();
        findings.require(status == 1, "exit code " + status);
        findings.require(accepted >= first + WARM, "only up to " + accepted + " was accepted");
        for (String part :
                List.of(
                        "the journal in " + pub.session() + " cannot be written",
                        "Input/output error",
                        "What was accepted is kept")) {
            findings.require(told.contains(part), "it does not say \"" + part + "\": " + told);
        }
        Set<Integer> inTheAir = new HashSet<>(drained.lines()); // written, and not called accepted
        inTheAir.removeAll(expected);
        inTheAir.removeIf(line -> line <= accepted || line > process.fed());
        expected.addAll(inTheAir);
        findings.requireDelivered(drained, expected, 0, true, seed);
        findings.require(!drained.told().contains("damaged"), "told: " + drained.told());
        return findings.report(
                "failed force",
                String.format(
                        Locale.ROOT,
                        "EIO at forced write %d of the journal, exit code %d; accepted were %d"
                                + " lines before and %d while it ran, %d arrived, %d of them in the"
                                + " air",
                        FAILING,
                        status,
                        seed.lines(),
                        accepted - first + 1,
                        drained.lines().size(),
                        inTheAir.size()));
    }
}
