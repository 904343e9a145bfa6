package dev.caddis.systemtests.crash;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.Observed;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Kills a feeder with SIGKILL at its first forced write, in another run at its second, and so on,
/// until a run comes to its end; each is started again and finishes. Every message has to arrive,
/// at QoS 2 once.
///
/// `strace` counts the forced writes and sends the signal as the system call begins. It counts
/// those of each thread by itself, and each system call by itself: first those of the thread that
/// opens the session, of bytes (`fdatasync`) and of names (`fsync`), then the journal's.
public final class ForcedWriteSweep {

    private static final int MESSAGES = 200;
    private static final int POINTS_MAX = 5_000;
    private static final int OPENING_BYTES = 3; // forces: the segment, newest, the reserve
    private static final int OPENING_NAMES = 2; // after the segment and after newest
    private static final int UNHURT =
            3; // runs in a row: how many forces a run has differs a little
    private static final int PROGRESS = 20;
    private static final long ARRIVAL_SECONDS_MAX = 20;

    private final ThrowAwayPki pki;
    private final Issued device;
    private final Path folder;
    private final FeederJava java;

    private ForcedWriteSweep(ThrowAwayPki pki, Path folder) throws IOException {
        this.java = FeederJava.in(folder);
        this.pki = pki;
        this.device = pki.issueDevice("swept");
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println(
                    "usage: ForcedWriteSweep EVERY FOLDER; of the forced writes each is tried (1),"
                        + " or every so many; what is put into FOLDER, private keys among it, stays"
                        + " there");
            System.exit(2);
        }
        int every = Integer.parseInt(arguments[0]);
        Path folder = Files.createDirectories(Path.of(arguments[1]));
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        Issued server = pki.issueServer();
        var sweep = new ForcedWriteSweep(pki, folder);
        boolean good = true;
        try (Mosquitto mosquitto =
                        new Mosquitto(
                                MosquittoSettings.of(pki, server, folder.resolve("mosquitto")));
                EmbeddedBroker artemis =
                        new EmbeddedBroker(
                                BrokerSettings.of(pki, server)
                                        .directory(folder.resolve("artemis")))) {
            mosquitto.start();
            artemis.start();
            sweep.prepare(mosquitto.port());
            try (ExecutorService both = Executors.newFixedThreadPool(2)) {
                List<Future<Boolean>> runs =
                        List.of(
                                both.submit(() -> sweep.each("Mosquitto", mosquitto.port(), every)),
                                both.submit(() -> sweep.each("Artemis", artemis.port(), every)));
                for (Future<Boolean> run : runs) {
                    good &= run.get();
                }
            }
        }
        System.exit(good ? 0 : 1);
    }

    /// What one broker and one quality of service have shown.
    private final class Points {
        private final String broker;
        private final int port;
        private final int qos;
        private final HiveMqObserver observer;
        private int tried;
        private int failures;
        private int repeats;

        Points(String broker, int port, int qos, HiveMqObserver observer) {
            this.broker = broker;
            this.port = port;
            this.qos = qos;
            this.observer = observer;
        }

        /// One run that is killed at `point`, and the one that finishes it.
        ///
        /// @return whether it was killed
        boolean at(Phase phase, int point) throws IOException, InterruptedException {
            String topic = topics() + "/" + phase.name().toLowerCase(Locale.ROOT) + "/" + point;
            int before = observer.observations().count();
            boolean killed = phase.run(ForcedWriteSweep.this, feeder(topic), point) != 0;
            if (!killed) {
                return false;
            }
            tried++;
            if (tried % PROGRESS == 0) {
                System.out.printf(Locale.ROOT, "     %s QoS %d: %d tried%n", broker, qos, tried);
            }
            int status = start(feeder(topic)).waitFor();
            List<Integer> arrivals = arrivals(observer, topic, before);
            int distinct = (int) arrivals.stream().distinct().count();
            repeats += arrivals.size() - distinct;
            if (status != 0 || distinct != MESSAGES || (qos == 2 && arrivals.size() != distinct)) {
                failures++;
                System.out.printf(
                        Locale.ROOT,
                        "BAD  %s QoS %d, killed at forced write %d of the %s: %d of %d arrived, %d"
                                + " times, the second run ended with %d%n",
                        broker,
                        qos,
                        point,
                        phase.what,
                        distinct,
                        MESSAGES,
                        arrivals.size(),
                        status);
            }
            return true;
        }

        String topics() {
            return "sweep/" + broker.toLowerCase(Locale.ROOT) + qos;
        }

        private List<String> feeder(String topic) {
            return ForcedWriteSweep.this.feeder(port, topic, qos);
        }

        boolean report() {
            boolean good = failures == 0 && tried > 0;
            System.out.printf(
                    Locale.ROOT,
                    "%-4s %s QoS %d: killed at %d forced writes of %d messages: %d runs lost"
                            + " something, or repeated it at QoS 2; %d repeats in all%n",
                    good ? "ok" : "BAD",
                    broker,
                    qos,
                    tried,
                    MESSAGES,
                    failures,
                    repeats);
            return good;
        }
    }

    /// `strace` counts the system calls of each thread by itself.
    private enum Phase {
        /// The forces of bytes of the thread that opens the session.
        OPENING_BYTES("opening, of bytes") {
            @Override
            int run(ForcedWriteSweep sweep, List<String> feeder, int point)
                    throws IOException, InterruptedException {
                return sweep.start(killed(feeder, "fdatasync", point)).waitFor();
            }
        },
        /// Its forces of names.
        OPENING_NAMES("opening, of names") {
            @Override
            int run(ForcedWriteSweep sweep, List<String> feeder, int point)
                    throws IOException, InterruptedException {
                return sweep.start(killed(feeder, "fsync", point)).waitFor();
            }
        },
        /// The forced writes of the journal's own thread.
        JOURNAL("journal") {
            @Override
            int run(ForcedWriteSweep sweep, List<String> feeder, int point)
                    throws IOException, InterruptedException {
                List<String> waiting = new ArrayList<>(feeder);
                waiting.add("wait");
                Process process = new ProcessBuilder(waiting).redirectError(sweep.log()).start();
                BufferedReader out = process.inputReader();
                if (!"open".equals(out.readLine())) {
                    throw new IOException("the feeder did not open its session");
                }
                Process strace =
                        JournalThread.inject(
                                process.pid(), "fdatasync", killing(point), Path.of(NOWHERE));
                process.getOutputStream().write('\n');
                process.getOutputStream().flush();
                int status = process.waitFor();
                strace.waitFor();
                return status;
            }
        };

        private static final String NOWHERE = "/dev/null";

        private final String what;

        Phase(String what) {
            this.what = what;
        }

        /// @return the exit code; 0 where it was not killed
        abstract int run(ForcedWriteSweep sweep, List<String> feeder, int point)
                throws IOException, InterruptedException;

        private static List<String> killed(List<String> feeder, String call, int point) {
            List<String> command = new ArrayList<>(List.of("strace", "-qq", "-f", "-o", NOWHERE));
            command.addAll(List.of("-e", "trace=" + call));
            command.addAll(List.of("-e", "inject=" + call + ":" + killing(point)));
            command.addAll(feeder);
            return command;
        }

        private static String killing(int point) {
            return "signal=SIGKILL:when=" + point;
        }
    }

    /// An undisturbed run, which leaves an archive of the classes it loaded.
    private void prepare(int port) throws IOException, InterruptedException {
        List<String> feeder = feeder(port, "sweep/prepared", 2);
        feeder.addAll(1, java.recording());
        int status = start(feeder).waitFor();
        if (status != 0) {
            throw new IOException("an undisturbed run ended with " + status + "; see " + folder);
        }
    }

    private List<String> feeder(int port, String topic, int qos) {
        Path session = folder.resolve("sessions").resolve(topic.replace('/', '-'));
        List<String> command = java.command();
        command.addAll(List.of(SweptFeeder.class.getName(), String.valueOf(port)));
        command.addAll(List.of(pki.ca().toString(), device.certificate().toString()));
        command.addAll(List.of(device.key().toString(), session.toString(), topic));
        command.addAll(List.of(String.valueOf(qos), String.valueOf(MESSAGES)));
        return command;
    }

    private boolean each(String broker, int port, int every) throws Exception {
        boolean first = run(broker, port, 1, every);
        return run(broker, port, 2, every) && first;
    }

    private boolean run(String broker, int port, int qos, int every) throws Exception {
        try (HiveMqObserver observer =
                HiveMqObserver.connect(
                        port,
                        pki,
                        pki.issueDevice("observer-" + broker + qos),
                        "observer-" + broker + qos)) {
            var points = new Points(broker, port, qos, observer);
            observer.subscribe(points.topics() + "/#", 2);
            for (int point = 1; point <= OPENING_BYTES; point++) {
                points.at(Phase.OPENING_BYTES, point);
            }
            for (int point = 1; point <= OPENING_NAMES; point++) {
                points.at(Phase.OPENING_NAMES, point);
            }
            int unhurt = 0;
            for (int point = 1; point <= POINTS_MAX && unhurt < UNHURT; point += every) {
                unhurt = points.at(Phase.JOURNAL, point) ? 0 : unhurt + 1;
            }
            return points.report();
        }
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log()).start();
    }

    private ProcessBuilder.Redirect log() {
        return ProcessBuilder.Redirect.appendTo(folder.resolve("feeder.log").toFile());
    }

    private static List<Integer> arrivals(HiveMqObserver observer, String topic, int before) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARRIVAL_SECONDS_MAX);
        List<Integer> arrivals = of(observer, topic, before);
        while (arrivals.stream().distinct().count() < MESSAGES && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            arrivals = of(observer, topic, before);
        }
        return arrivals;
    }

    private static List<Integer> of(HiveMqObserver observer, String topic, int before) {
        List<Integer> numbers = new ArrayList<>();
        List<Observed> all = observer.observations().all();
        for (Observed each : all.subList(before, all.size())) {
            if (each.topic().equals(topic)) {
                numbers.add(Integer.parseInt(each.text()));
            }
        }
        return numbers;
    }
}
