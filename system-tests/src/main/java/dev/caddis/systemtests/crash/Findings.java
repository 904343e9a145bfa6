package dev.caddis.systemtests.crash;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What was wrong with one case; nothing, where the promise was kept.
final class Findings {

    private static final int SHOWN_MAX = 10;

    private final List<String> wrong = new ArrayList<>();

    void require(boolean holds, String otherwise) {
        if (!holds) {
            wrong.add(otherwise);
        }
    }

    boolean isGood() {
        return wrong.isEmpty();
    }

    /// That all of `intact` arrived, nothing that was never accepted, all in order, and at QoS 2
    /// once.
    ///
    /// @param lost accepted lines of which nothing can be read any more: they are counted
    /// @param once whether QoS 2 has to arrive once: the session holds
    void requireDelivered(
            Drained drained, Set<Integer> intact, int lost, boolean once, SeedSession seed) {
        Set<Integer> missing = new HashSet<>(intact);
        missing.removeAll(drained.lines());
        require(
                missing.isEmpty(),
                missing.size() + " intact lines did not arrive: " + some(missing));
        Set<Integer> unknown = drained.lines();
        unknown.removeAll(intact);
        require(unknown.isEmpty(), "lines arrived that cannot be read: " + some(unknown));
        require(
                drained.dropped() == lost,
                lost + " lines are lost, and counted were " + drained.dropped());
        require(drained.notAcknowledged() == 0, drained.notAcknowledged() + " were left");
        require(
                drained.status() == (lost == 0 ? 0 : 1),
                "--drain ended with " + drained.status() + ": " + drained.told());
        require(drained.outOfOrder(seed) == 0, drained.outOfOrder(seed) + " came out of order");
        require(!once || drained.twice(seed) == 0, drained.twice(seed) + " came twice at QoS 2");
    }

    /// That what was printed names `file`.
    void requireTold(String told, String file) {
        require(
                told.contains("the session folder is damaged: " + file),
                "what was printed does not name " + file + ": " + told);
    }

    private static List<Integer> some(Set<Integer> lines) {
        return lines.stream().sorted().limit(SHOWN_MAX).toList();
    }

    /// One line, and what was wrong below it.
    boolean report(String what, String figures) {
        System.out.println((isGood() ? "ok   " : "BAD  ") + what + ": " + figures);
        for (String each : wrong) {
            System.out.println("     " + each);
        }
        return isGood();
    }

    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }
}
