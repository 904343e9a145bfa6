package dev.caddis.systemtests.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Which lines were fed and accepted, how often, and what has to arrive for it.
///
/// Not thread-safe.
final class Lines {

    private final int count;
    private final int[] timesFed;
    private final BitSet accepted = new BitSet();

    Lines(int count) {
        this.count = count;
        timesFed = new int[count + 1];
    }

    /// One life of the process: lines `first` to `lastFed` were fed, those up to `lastAccepted`
    /// printed as accepted.
    void life(int first, int lastFed, int lastAccepted) {
        for (int line = first; line <= lastFed; line++) {
            timesFed[line]++;
        }
        if (lastAccepted >= first) {
            accepted.set(first, lastAccepted + 1);
        }
    }

    /// What arrived, against what was promised.
    ///
    /// @param missing lines printed as accepted and never received
    /// @param repeated lines that arrived more than once, and no more often than they were fed
    /// @param tooOften lines that arrived more often than they were fed
    /// @param outOfOrder lines whose first arrival comes after that of a later line
    record Verdict(
            int accepted,
            int received,
            List<Integer> missing,
            int repeated,
            List<Integer> tooOften,
            int outOfOrder) {}

    /// @param arrivals the numbers of the lines as they were received
    Verdict verdict(List<Integer> arrivals) {
        int[] times = new int[count + 1];
        int highest = 0;
        int outOfOrder = 0;
        for (int line : arrivals) {
            times[line]++;
            if (times[line] == 1 && line < highest) {
                outOfOrder++;
            }
            highest = Math.max(highest, line);
        }
        List<Integer> missing = new ArrayList<>();
        List<Integer> tooOften = new ArrayList<>();
        int repeated = 0;
        for (int line = 1; line <= count; line++) {
            if (accepted.get(line) && times[line] == 0) {
                missing.add(line);
            }
            if (times[line] > Math.max(1, timesFed[line])) {
                tooOften.add(line);
            } else if (times[line] > 1) {
                repeated++;
            }
        }
        return new Verdict(
                accepted.cardinality(), arrivals.size(), missing, repeated, tooOften, outOfOrder);
    }
}
