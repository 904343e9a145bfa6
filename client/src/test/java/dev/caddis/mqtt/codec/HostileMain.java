package dev.caddis.mqtt.codec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// Checks inputs by the million, without coverage and so a hundred times faster than a fuzzer: the
/// first half of `./caddis dev fuzz`.
///
/// Arguments: `inputs N` or `seconds N`, then `seed N`, and `only N` to repeat one input. Input N
/// of a seed is always the same. Exits 1 at the first finding, which names both numbers.
final class HostileMain {

    private static final int BATCH = 4096;
    private static final long HANGING_NANOS = Duration.ofSeconds(10).toNanos();

    private final long inputs;
    private final long untilNanos;
    private final long seed;
    private final AtomicLong next = new AtomicLong();
    private final List<HostileRun> runs = new ArrayList<>();
    private volatile String finding = "";

    private HostileMain(long inputs, Duration within, long seed) {
        this.inputs = inputs;
        this.untilNanos = System.nanoTime() + within.toNanos();
        this.seed = seed;
    }

    public static void main(String[] arguments) throws Exception {
        long inputs = Long.MAX_VALUE;
        Duration within = Duration.ofDays(365);
        long seed = System.nanoTime();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            long number = Long.decode(arguments[i + 1]);
            switch (arguments[i]) {
                case "inputs" -> inputs = number;
                case "seconds" -> within = Duration.ofSeconds(number);
                case "seed" -> seed = number;
                case "only" -> {
                    new HostileRun(seed).input(number);
                    System.out.println("fuzz: input " + number + " breaks no law");
                    return;
                }
                default -> throw new IllegalArgumentException("unknown: " + arguments[i]);
            }
        }
        System.exit(new HostileMain(inputs, within, seed).run());
    }

    private int run() throws InterruptedException, IOException {
        long started = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (int i = Runtime.getRuntime().availableProcessors(); i > 0; i--) {
            var run = new HostileRun(seed);
            runs.add(run);
            threads.add(Thread.ofPlatform().daemon().start(() -> work(run)));
        }
        watch(threads);
        double seconds = (System.nanoTime() - started) / 1e9;
        long checked = runs.stream().mapToLong(HostileRun::checked).sum();
        System.out.printf(
                Locale.ROOT,
                "fuzz: random packets: %,d inputs in %.0f s, %,.0f a second, seed %d: %,d packets"
                        + " accepted, %,d inputs refused, %d findings%n",
                checked,
                seconds,
                checked / seconds,
                seed,
                runs.stream().mapToLong(HostileRun::accepted).sum(),
                runs.stream().mapToLong(HostileRun::refused).sum(),
                finding.isEmpty() ? 0 : 1);
        if (finding.isEmpty()) {
            return 0;
        }
        Path file = Files.createDirectories(Path.of("target/fuzz")).resolve("finding.txt");
        Files.writeString(file, finding + "\n");
        System.out.println("fuzz: " + finding + "\nfuzz: kept in " + file.toAbsolutePath());
        return 1;
    }

    private void work(HostileRun run) {
        while (finding.isEmpty() && System.nanoTime() < untilNanos) {
            long first = next.getAndAdd(BATCH);
            try {
                for (long number = first; number < Math.min(first + BATCH, inputs); number++) {
                    run.input(number);
                }
            } catch (AssertionError broken) {
                finding = String.valueOf(broken.getMessage());
            }
            if (first + BATCH >= inputs) {
                return;
            }
        }
    }

    /// Waits for the end, and takes a worker that stands still on one input for a finding.
    private void watch(List<Thread> threads) throws InterruptedException {
        long[] seen = new long[threads.size()];
        long[] since = new long[threads.size()];
        while (finding.isEmpty() && threads.stream().anyMatch(Thread::isAlive)) {
            for (int i = 0; i < seen.length; i++) {
                threads.get(i).join(100);
                long checked = runs.get(i).checked();
                if (checked != seen[i] || since[i] == 0) {
                    seen[i] = checked;
                    since[i] = System.nanoTime();
                } else if (threads.get(i).isAlive()
                        && System.nanoTime() - since[i] > HANGING_NANOS) {
                    finding = "input %d of seed %d hangs".formatted(runs.get(i).current(), seed);
                }
            }
        }
    }
}
