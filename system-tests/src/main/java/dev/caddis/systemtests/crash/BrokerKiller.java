package dev.caddis.systemtests.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Kills a broker at random instants, spread over the messages that it takes, and starts it again
/// after a random while.
final class BrokerKiller implements Runnable {

    private static final int AWAY_MILLIS_MAX = 1_500;
    private static final int HASTE_MILLIS_MAX = 20;

    private final KillableBroker broker;
    private final int messages;
    private final int kills;
    private final Random random;
    private final Trace trace;
    private volatile boolean noMore;
    private volatile int killed;

    /// @param messages that the broker is going to take, about
    /// @param trace that tells how many it has taken
    BrokerKiller(KillableBroker broker, int messages, int kills, long seed, Trace trace) {
        this.broker = broker;
        this.messages = messages;
        this.kills = kills;
        random = new Random(seed);
        this.trace = trace;
    }

    @Override
    public void run() {
        try {
            for (int kill = 0; kill < kills && !noMore; kill++) {
                long until = (long) ((kill + random.nextDouble()) * messages / kills);
                while (trace.taken() < until && !noMore) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(200));
                }
                await(random.nextInt(HASTE_MILLIS_MAX));
                broker.kill();
                killed = kill + 1;
                trace.note("the broker was killed with SIGKILL");
                await(random.nextInt(AWAY_MILLIS_MAX));
                broker.start();
                trace.note("the broker runs again");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /// The broker has taken all it is going to take.
    void noMore() {
        noMore = true;
    }

    int kills() {
        return killed;
    }
}
