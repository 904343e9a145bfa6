package dev.caddis.testkit.simulation;

import dev.caddis.testkit.simulation.Seeds.Failed;

import org.jspecify.annotations.Nullable;

import java.util.Locale;
import java.util.function.LongSupplier;

/// `./caddis dev simulate --seeds N [--from SEED]`, `--seed S`, `--sweep` or `--blow B`: exit code
/// 0 when every run kept the promises, 1 when one did not, 2 for wrong usage.
public final class SimulateCommand {

    private static final int PROGRESS_EVERY_MILLIS = 2_000;

    private SimulateCommand() {}

    /// Runs what the arguments say, and ends the process.
    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length > 0 && SweepCommand.takes(arguments[0])) {
            System.exit(SweepCommand.run(arguments));
        }
        long from = 1;
        long count = 20_000;
        boolean one = false;
        for (int i = 0; i < arguments.length; i += 2) {
            Long value = i + 1 < arguments.length ? number(arguments[i + 1]) : null;
            if (value == null) {
                usage(arguments[i]);
                return;
            }
            switch (arguments[i]) {
                case "--seeds" -> count = value;
                case "--from" -> from = value;
                case "--seed" -> {
                    from = value;
                    one = true;
                }
                default -> {
                    usage(arguments[i]);
                    return;
                }
            }
        }
        System.exit(one ? replay(from) : many(from, count));
    }

    private static @Nullable Long number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static void usage(String wrong) {
        System.err.println(
                "simulate: expected --seeds N, --from SEED or --seed SEED, each with a number, or"
                        + " --sweep alone, or --blow with what a sweep printed; was given: "
                        + wrong);
        System.exit(2);
    }

    /// One seed, with everything that happens.
    private static int replay(long seed) {
        Transcript transcript = new Transcript(true);
        try {
            Simulation.run(seed, transcript);
            System.out.print(transcript.text());
            System.out.println("simulate: seed " + seed + " keeps every promise");
            return 0;
        } catch (SimulationFailure e) {
            print(new Failed(seed, e));
            return 1;
        }
    }

    private static int many(long from, long count) throws InterruptedException {
        long begun = System.nanoTime();
        Seeds seeds = new Seeds(from, count);
        Thread progress =
                Thread.ofPlatform()
                        .daemon()
                        .name("caddis-progress")
                        .start(() -> tell(seeds::done, count, "seeds"));
        Failed failed = seeds.run(Runtime.getRuntime().availableProcessors());
        progress.interrupt();
        progress.join();
        double seconds = (System.nanoTime() - begun) / 1e9;
        if (failed != null) {
            print(failed);
            return 1;
        }
        System.out.printf(
                Locale.ROOT,
                "simulate: %,d seeds from %d on keep every promise, %.0f s, %,.0f a second, commit"
                        + " %s%n",
                count,
                from,
                seconds,
                count / seconds,
                commit());
        return 0;
    }

    /// Until it is interrupted.
    static void tell(LongSupplier done, long count, String what) {
        try {
            while (true) {
                Thread.sleep(PROGRESS_EVERY_MILLIS);
                System.err.printf(
                        Locale.ROOT, "simulate: %,d of %,d %s%n", done.getAsLong(), count, what);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // all is done
        }
    }

    private static void print(Failed failed) {
        System.out.print(failed.transcript());
        Throwable cause = failed.failure().getCause();
        if (cause != null) {
            cause.printStackTrace(System.out);
        }
        System.out.printf(
                "simulate: FAILED: %s%nseed %d, commit %s; again: ./caddis dev simulate --seed"
                        + " %d%n",
                failed.failure().getMessage(), failed.seed(), commit(), failed.seed());
    }

    /// As whoever started this said; the code does not know.
    static String commit() {
        return System.getProperty("caddis.commit", "unknown");
    }
}
