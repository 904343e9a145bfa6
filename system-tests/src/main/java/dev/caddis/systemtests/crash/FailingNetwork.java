package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.HiveMqObserver;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Feeds numbered lines to `caddis pub -l --session` through a network that is cut, refuses and
/// falls silent, and kills it in some of the silences; the next run goes on behind the last line
/// that was printed as accepted, and at the end `--drain` sends the rest. Every line printed as
/// accepted has to arrive, at QoS 2 once but for lines that were fed twice.
public final class FailingNetwork {

    private static final int LINES_PER_SECOND = 1_000;
    private static final String PADDING = " " + ".".repeat(80);
    private static final long LIFE_MILLIS_MAX = 120_000;
    private static final int SILENT_MILLIS_MAX = 1_500;
    private static final int FINE_MILLIS_MAX = 600;

    /// What happens to the network.
    private enum Strike {
        /// Every connection is reset; the next is taken.
        CUT,
        /// The same, and for a while new ones are refused.
        REFUSED,
        /// Nothing passes for a while, and then what was held back.
        SILENT,
        /// Nothing passes for a while, and what was held back is lost.
        SILENT_AND_CUT,
        /// The process is killed in the silence, and what was held back is lost.
        SILENT_AND_KILLED
    }

    private final Bench bench;
    private final int qos;
    private final HiveMqObserver observer;
    private final Random random;
    private int strikes;
    private int kills;

    FailingNetwork(Bench bench, int qos, HiveMqObserver observer, long seed) {
        this.bench = bench;
        this.qos = qos;
        this.observer = observer;
        this.random = new Random(seed);
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 3) {
            System.err.println(
                    "usage: FailingNetwork ROUNDS SEED FOLDER; in a round everything happens once,"
                        + " in some order; what is put into FOLDER, private keys among it, stays"
                        + " there");
            System.exit(2);
        }
        int rounds = Integer.parseInt(arguments[0]);
        long seed = Long.parseLong(arguments[1]);
        boolean good =
                Bench.withEach(
                        Path.of(arguments[2]),
                        (bench, qos) -> {
                            try (HiveMqObserver observer = bench.observer(topic(bench, qos))) {
                                return new FailingNetwork(bench, qos, observer, seed).run(rounds);
                            }
                        });
        System.exit(good ? 0 : 1);
    }

    static String topic(Bench bench, int qos) {
        return bench.topics("network", qos);
    }

    /// Strikes in `rounds`, as the seed orders them; then the network is fine until all has
    /// arrived.
    ///
    /// @return whether every promise was kept; says so
    boolean run(int rounds) throws IOException, InterruptedException {
        String name = "network-" + bench.broker().toLowerCase(Locale.ROOT) + qos;
        Path errors = bench.errors(name);
        List<Strike> plan = plan(rounds);
        int count = (int) (LINES_PER_SECOND * seconds(plan));
        var lines = new Lines(count);
        int status;
        int drained;
        try (CuttingProxy proxy = new CuttingProxy(bench.port())) {
            CaddisPub pub = bench.pub(proxy.port(), name);
            PubProcess process = begin(pub, 1, count, errors);
            int next = 1;
            process.awaitAccepted(1, LIFE_MILLIS_MAX);
            for (Strike strike : plan) {
                pause(FINE_MILLIS_MAX);
                strikes++;
                if (strike == Strike.SILENT_AND_KILLED) {
                    proxy.blackhole();
                    pause(SILENT_MILLIS_MAX);
                    process.kill();
                    kills++;
                    lines.life(next, process.fed(), process.accepted());
                    next = process.accepted() + 1;
                    proxy.cut();
                    proxy.pass();
                    process = begin(pub, next, count, errors);
                } else {
                    strike(strike, proxy);
                }
            }
            status = process.awaitEnd(LIFE_MILLIS_MAX);
            lines.life(next, process.fed(), process.accepted());
            drained = pub.drain(errors);
        }
        Lines.Verdict verdict =
                lines.verdict(Bench.arrivals(observer, topic(bench, qos), 0, count));
        return report(count, status, drained, verdict);
    }

    private List<Strike> plan(int rounds) {
        List<Strike> plan = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            List<Strike> each = new ArrayList<>(List.of(Strike.values()));
            Collections.shuffle(each, random);
            plan.addAll(each);
        }
        return plan;
    }

    /// About as long as the strikes take: lines are fed all the while.
    private static double seconds(List<Strike> plan) {
        Duration each = Duration.ofMillis((SILENT_MILLIS_MAX + FINE_MILLIS_MAX) / 2);
        return each.multipliedBy(plan.size()).toMillis() / 1_000.0;
    }

    private PubProcess begin(CaddisPub pub, int next, int last, Path errors) throws IOException {
        return new PubProcess(
                pub.command(topic(bench, qos), qos), next, last, PADDING, LINES_PER_SECOND, errors);
    }

    private void strike(Strike strike, CuttingProxy proxy) throws IOException {
        switch (strike) {
            case CUT -> proxy.cut();
            case REFUSED -> {
                proxy.refuse();
                proxy.cut();
                pause(SILENT_MILLIS_MAX);
                proxy.accept();
            }
            default -> {
                proxy.blackhole();
                pause(SILENT_MILLIS_MAX);
                if (strike == Strike.SILENT_AND_CUT) {
                    proxy.cut();
                }
                proxy.pass();
            }
        }
    }

    private void pause(int millisMax) {
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(millisMax / 2 + random.nextInt(millisMax / 2)));
    }

    private boolean report(int count, int status, int drained, Lines.Verdict verdict) {
        boolean good =
                status == 0
                        && drained == 0
                        && verdict.accepted() == count
                        && verdict.missing().isEmpty()
                        && (verdict.outOfOrder() == 0 || !Bench.keepsOrder(bench.broker()))
                        && (qos == 1 || verdict.tooOften().isEmpty())
                        && observer.losses().isEmpty();
        System.out.printf(
                Locale.ROOT,
                "%-4s %s QoS %d: the network failed %d times, %d of them with a kill: %d of %d"
                        + " lines accepted, %d missing, %d twice and fed as often, %d more often"
                        + " than fed, %d out of order; exit codes %d and %d%n",
                good ? "ok" : "BAD",
                bench.broker(),
                qos,
                strikes,
                kills,
                verdict.accepted(),
                count,
                verdict.missing().size(),
                verdict.repeated(),
                verdict.tooOften().size(),
                verdict.outOfOrder(),
                status,
                drained);
        if (!observer.losses().isEmpty()) {
            System.out.println(
                    "the observer lost its own connection, so this run proves nothing: "
                            + observer.losses());
        }
        return good;
    }
}
