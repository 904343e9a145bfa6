package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.HiveMqObserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Feeds numbered lines to `caddis pub -l --session` while its disk fails: the journal's first
/// write answers EIO in one run, its second in another, and so on, until a run comes to its end;
/// then the same for its forces, and both with ENOSPC. The process has to end with exit code 1 and
/// the reason; what it printed as accepted has to arrive when a new process drains the folder, at
/// QoS 2 once.
///
/// `strace` counts the system calls of the journal's thread, and has one of them fail.
public final class FailingDisk {

    private static final int LINES = 200;
    private static final int POINTS_MAX = 5_000;
    private static final int UNHURT = 3; // runs in a row: how many writes a run has differs
    private static final int PROGRESS = 20;
    private static final int LINES_PER_SECOND = 250;
    private static final long LIFE_MILLIS_MAX = 60_000;
    static final String WRITE = "write"; // as FileChannel appends
    static final String FORCE = "fdatasync"; // of bytes; names are forced as the session opens
    private static final String REASON = "cannot be written";

    private final Bench bench;
    private final int qos;
    private final HiveMqObserver observer;
    private int failed;
    private int bad;
    private long accepted;
    private long repeats;

    /// What one run has shown.
    ///
    /// @param hit whether the disk failed in it
    /// @param wrong what was not as promised; empty: nothing
    record Shown(boolean hit, String wrong) {}

    FailingDisk(Bench bench, int qos, HiveMqObserver observer) {
        this.bench = bench;
        this.qos = qos;
        this.observer = observer;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println(
                    "usage: FailingDisk EVERY FOLDER; of the writes and of the forces each is tried"
                        + " (1), or every so many; what is put into FOLDER, private keys among it,"
                        + " stays there");
            System.exit(2);
        }
        int every = Integer.parseInt(arguments[0]);
        boolean good =
                Bench.withEach(
                        Path.of(arguments[1]),
                        (bench, qos) -> {
                            try (HiveMqObserver observer = bench.observer(topics(bench, qos))) {
                                return new FailingDisk(bench, qos, observer).sweep(every);
                            }
                        });
        System.exit(good ? 0 : 1);
    }

    static String topics(Bench bench, int qos) {
        return bench.topics("disk", qos) + "/#";
    }

    private boolean sweep(int every) throws IOException, InterruptedException {
        boolean good = true;
        for (String failure : List.of("EIO", "ENOSPC")) {
            good &= sweep(WRITE, failure, every);
            good &= sweep(FORCE, failure, every);
        }
        return good;
    }

    private boolean sweep(String call, String error, int every)
            throws IOException, InterruptedException {
        failed = 0;
        bad = 0;
        accepted = 0;
        repeats = 0;
        int unhurt = 0;
        for (int point = 1; point <= POINTS_MAX && unhurt < UNHURT; point += every) {
            unhurt = tell(call, error, point, at(call, error, point)) ? 0 : unhurt + 1;
        }
        return report(call, error);
    }

    private boolean tell(String call, String error, int point, Shown shown) {
        if (!shown.wrong().isEmpty()) {
            bad++;
            System.out.printf(
                    Locale.ROOT,
                    "BAD  %s QoS %d, %s at %s %d: %s%n",
                    bench.broker(),
                    qos,
                    error,
                    call,
                    point,
                    shown.wrong());
        }
        if (failed > 0 && failed % PROGRESS == 0) {
            System.out.printf(
                    Locale.ROOT,
                    "     %s QoS %d, %s at %s: %d tried%n",
                    bench.broker(),
                    qos,
                    error,
                    call,
                    failed);
        }
        return shown.hit();
    }

    /// One run whose disk fails at `point`, and the process that sends what is left.
    Shown at(String call, String error, int point) throws IOException, InterruptedException {
        String name =
                bench.broker().toLowerCase(Locale.ROOT)
                        + qos
                        + "-"
                        + call
                        + "-"
                        + error
                        + "-"
                        + point;
        String topic = bench.topics("disk", qos) + "/" + call + "/" + error + "/" + point;
        Path trace = bench.folder().resolve(name + ".strace");
        Path errors = bench.errors(name);
        int before = observer.observations().count();
        CaddisPub pub = bench.pub(bench.port(), name);
        List<Process> straces = new ArrayList<>();
        var process =
                new PubProcess(
                        pub.command(topic, qos),
                        1,
                        LINES,
                        "",
                        LINES_PER_SECOND,
                        errors,
                        pid ->
                                straces.add(
                                        JournalThread.inject(
                                                pid,
                                                call,
                                                "error=" + error + ":when=" + point,
                                                trace)));
        int status = process.awaitEnd(LIFE_MILLIS_MAX);
        straces.getFirst().waitFor();
        boolean hit = Files.readString(trace).contains("(INJECTED)");
        String said = Files.readString(errors, StandardCharsets.UTF_8);
        var lines = new Lines(LINES);
        lines.life(1, process.fed(), process.accepted());
        int drained = pub.drain(errors);
        Lines.Verdict verdict =
                lines.verdict(Bench.arrivals(observer, topic, before, process.accepted()));
        failed += hit ? 1 : 0;
        accepted += verdict.accepted();
        repeats += verdict.repeated() + verdict.tooOften().size();
        String wrong = "";
        if (hit && (status != 1 || !said.contains(REASON))) {
            wrong += "ended with " + status + " and said: " + said.strip() + "; ";
        }
        if (!hit && (status != 0 || process.accepted() != LINES)) {
            wrong += "was not hit, and ended with " + status + "; ";
        }
        if (drained != 0) {
            wrong += "--drain ended with " + drained + "; ";
        }
        if (!verdict.missing().isEmpty()) {
            wrong += "accepted and missing: " + verdict.missing() + "; ";
        }
        if (Bench.keepsOrder(bench.broker()) && verdict.outOfOrder() > 0) {
            wrong += verdict.outOfOrder() + " out of order; ";
        }
        if (qos == 2 && !verdict.tooOften().isEmpty()) {
            wrong += "more than once: " + verdict.tooOften() + "; ";
        }
        return new Shown(hit, wrong);
    }

    private boolean report(String call, String error) {
        boolean good = bad == 0 && failed > 0 && observer.losses().isEmpty();
        System.out.printf(
                Locale.ROOT,
                "%-4s %s QoS %d: %s at %d calls of %s by %d lines: %d lines accepted in all"
                        + " runs, %d runs not as promised, %d repeats%n",
                good ? "ok" : "BAD",
                bench.broker(),
                qos,
                error,
                failed,
                call,
                LINES,
                accepted,
                bad,
                repeats);
        return good;
    }
}
