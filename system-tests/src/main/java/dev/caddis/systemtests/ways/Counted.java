package dev.caddis.systemtests.ways;

import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Observed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// How often each number arrived at the observers together.
///
/// @param missing of the numbers that were published
/// @param repeated more often than once
/// @param inOrder whether the first observer had first arrivals in order
record Counted(List<Integer> missing, List<Integer> repeated, boolean inOrder) {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /// What comes twice comes within this time.
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /// Looks once all of 1 to `count` are there, or none has come for `silence`.
    static Counted of(int count, Duration silence, Collection<HiveMqObserver> observers) {
        Map<Integer, Integer> times = times(observers);
        int arrived = -1;
        long still = System.nanoTime();
        while (times.size() < count && System.nanoTime() - still < silence.toNanos()) {
            LockSupport.parkNanos(LOOK_NANOS);
            times = times(observers);
            if (times.size() != arrived) {
                arrived = times.size();
                still = System.nanoTime();
            }
        }
        LockSupport.parkNanos(SETTLED.toNanos());
        times = times(observers);
        List<Integer> missing = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            if (!times.containsKey(i)) {
                missing.add(i);
            }
        }
        List<Integer> repeated = new ArrayList<>();
        times.forEach((number, often) -> {
            if (often > 1) {
                repeated.add(number);
            }
        });
        return new Counted(missing, repeated, inOrder(observers.iterator().next()));
    }

    private static Map<Integer, Integer> times(Collection<HiveMqObserver> observers) {
        Map<Integer, Integer> times = new TreeMap<>();
        for (HiveMqObserver observer : observers) {
            for (Observed each : observer.observations().all()) {
                times.merge(Integer.parseInt(each.text()), 1, Integer::sum);
            }
        }
        return times;
    }

    private static boolean inOrder(HiveMqObserver observer) {
        int highest = 0;
        for (Observed each : observer.observations().all()) {
            int number = Integer.parseInt(each.text());
            if (number > highest + 1) {
                return false;
            }
            highest = Math.max(highest, number);
        }
        return true;
    }
}
