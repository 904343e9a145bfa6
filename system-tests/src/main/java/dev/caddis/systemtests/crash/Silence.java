package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.HiveMqObserver;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// When an observer has everything that will come: nobody can know, so it is waited for what is
/// missing, and then a little for repeats.
final class Silence {

    private static final Duration LOOK = Duration.ofSeconds(4);

    /// A broker that has just come up, on a busy machine, may say nothing for so long.
    private static final int LOOKS_MAX = 15;

    private Silence() {}

    /// Returns when each of `lines` lines has arrived and then nothing more for 4 seconds, or
    /// nothing has for a minute.
    static void await(HiveMqObserver observer, int lines) {
        int before = -1;
        int silent = 0;
        while (silent < LOOKS_MAX && !(silent > 0 && arrived(observer) >= lines)) {
            int now = observer.observations().count();
            silent = now == before ? silent + 1 : 0;
            before = now;
            if (silent < LOOKS_MAX) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    private static int arrived(HiveMqObserver observer) {
        Set<Integer> numbers = new HashSet<>();
        observer.observations()
                .all()
                .forEach(each -> numbers.add(Integer.parseInt(each.text().split(" ", 3)[1])));
        return numbers.size();
    }
}
