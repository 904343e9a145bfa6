package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Qos;
import dev.caddis.testkit.simulation.Blow.Kind;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// A run of 200 messages, again and again: in each the power goes at another force of the journal,
/// or its disk fails at another write or force.
///
/// At every force the power goes once just before it takes effect and once just after; each with
/// all that was not forced gone, and with what is left of it torn and out of order, by several
/// seeds; and once more while the next process recovers. At every write and force the disk fails
/// with EIO, what was not forced kept and gone, and with ENOSPC.
final class DiskSweep {

    /// A run that did not keep what is promised.
    ///
    /// @param blow what happened to the disk, as `--blow` takes it
    record Failed(Qos qos, Blow blow, SimulationFailure failure, String transcript) {
        String sentence() {
            return failure.getMessage()
                    + ". Again: ./caddis dev simulate --blow "
                    + qos.level()
                    + ":"
                    + blow;
        }
    }

    private final Qos qos;
    private final List<Long> forces;
    private final long operations;
    private final List<Blow> blows = new ArrayList<>();
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong struck = new AtomicLong();
    private final AtomicLong repeats = new AtomicLong();

    /// @param tears how many seeds tear what was not forced, at each force; 0: the quick sweep,
    ///   which has one way to fail for each write and force, in turn
    DiskSweep(Qos qos, int tears) {
        this.qos = qos;
        SweptRun.Shown undisturbed = SweptRun.run(qos, Blow.NONE, new Transcript(false));
        forces = undisturbed.forces();
        operations = undisturbed.operations();
        for (long force : forces) {
            for (int tear = 0; tear <= tears; tear++) {
                blows.add(new Blow(Kind.CUT_BEFORE, force, tear, false));
                blows.add(new Blow(Kind.CUT_AFTER, force, tear, false));
            }
            if (tears > 0) {
                blows.add(new Blow(Kind.CUT_BEFORE, force, 0, true));
                blows.add(new Blow(Kind.CUT_AFTER, force, 1, true));
            }
        }
        List<Kind> failures = List.of(Kind.EIO_KEPT, Kind.EIO_LOST, Kind.ENOSPC);
        for (long operation = 1; operation <= operations; operation++) {
            for (Kind kind : failures) {
                if (tears > 0 || kind == failures.get((int) (operation % failures.size()))) {
                    blows.add(new Blow(kind, operation, 0, false));
                }
            }
        }
    }

    int count() {
        return blows.size();
    }

    /// Runs that have ended so far; any thread may ask.
    int done() {
        return done.get();
    }

    /// Runs them all, on as many threads as there are processors.
    ///
    /// @return the first that failed; `null`: none did
    @Nullable Failed run() {
        return blows.parallelStream()
                .filter(Predicate.not(this::isKept))
                .findFirst()
                .map(blow -> replay(qos, blow, new Transcript(true)))
                .orElse(null);
    }

    private boolean isKept(Blow blow) {
        try {
            SweptRun.Shown shown = SweptRun.run(qos, blow, new Transcript(false));
            struck.addAndGet(shown.blows());
            repeats.addAndGet(shown.repeats());
            return true;
        } catch (SimulationFailure e) {
            return false;
        } finally {
            done.incrementAndGet();
        }
    }

    /// One of the runs, with everything that happens in it.
    ///
    /// @return `null` when it keeps every promise
    static @Nullable Failed replay(Qos qos, Blow blow, Transcript transcript) {
        try {
            SweptRun.run(qos, blow, transcript);
            return null;
        } catch (SimulationFailure e) {
            return new Failed(qos, blow, e, transcript.text());
        }
    }

    /// What was run, in a line.
    String figure() {
        long cuts = blows.stream().filter(blow -> blow.kind().isPowerCut()).count();
        return String.format(
                Locale.ROOT,
                "simulated QoS %d, %d messages: power cut at %d forces, before and after each, in"
                        + " %,d runs; EIO and ENOSPC at %d writes and forces, in %,d runs; the disk"
                        + " was hit %,d times; nothing lost, %,d repeats",
                qos.level(),
                SweptRun.MESSAGES,
                forces.size(),
                cuts,
                operations,
                blows.size() - cuts,
                struck.get(),
                repeats.get());
    }
}
