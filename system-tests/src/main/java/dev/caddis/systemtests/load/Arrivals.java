package dev.caddis.systemtests.load;

import java.util.Arrays;
import java.util.BitSet;

/// Which of a row of numbered messages have arrived, how often, and in which order. Its memory does
/// not grow.
final class Arrivals {

    private final int topics;
    private final BitSet seen;
    private final int[] last;
    private int count;
    private int repeated;
    private int outOfOrder;

    /// @param messages numbered from 0; number `n` belongs to topic `n % topics`
    Arrivals(int messages, int topics) {
        this.topics = topics;
        seen = new BitSet(messages);
        seen.set(messages); // takes all its memory now
        last = new int[topics];
        Arrays.fill(last, -1);
    }

    synchronized void add(int number) {
        if (seen.get(number)) {
            repeated++;
            return;
        }
        seen.set(number);
        count++;
        int topic = number % topics;
        if (number < last[topic]) {
            outOfOrder++;
        }
        last[topic] = Math.max(last[topic], number);
    }

    synchronized int count() {
        return count;
    }

    synchronized int repeated() {
        return repeated;
    }

    synchronized int outOfOrder() {
        return outOfOrder;
    }
}
