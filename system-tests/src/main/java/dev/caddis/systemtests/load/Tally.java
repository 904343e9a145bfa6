package dev.caddis.systemtests.load;

import dev.caddis.systemtests.Observed;

import java.util.BitSet;
import java.util.List;

/// What an observer saw of numbered messages, one topic a thread: how many are missing, came again,
/// or came too early.
///
/// @param arrived messages that arrived at least once
/// @param repeated arrivals beyond the first
/// @param outOfOrder first arrivals behind a message that was submitted later by the same thread
record Tally(int arrived, int repeated, int outOfOrder) {

    /// @param messages of each thread, numbered from 0
    static Tally of(List<Observed> observed, int threads, int messages) {
        var seen = new BitSet[threads];
        var newest = new int[threads];
        for (int i = 0; i < threads; i++) {
            seen[i] = new BitSet(messages);
            newest[i] = -1;
        }
        int arrived = 0;
        int repeated = 0;
        int outOfOrder = 0;
        for (Observed one : observed) {
            String[] name = one.text().split(":", 3);
            int thread = Integer.parseInt(name[0]);
            int number = Integer.parseInt(name[1]);
            if (seen[thread].get(number)) {
                repeated++;
                continue;
            }
            seen[thread].set(number);
            arrived++;
            if (number < newest[thread]) {
                outOfOrder++;
            }
            newest[thread] = Math.max(newest[thread], number);
        }
        return new Tally(arrived, repeated, outOfOrder);
    }
}
