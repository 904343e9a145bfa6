package dev.caddis.systemtests.crash;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.Observed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Feeds numbered lines to `caddis pub -l --session`, kills it again and again at random instants,
/// goes on behind the last line that it printed as accepted, and at the end has the rest sent with
/// `--drain`. An observer that shares no code with Caddis counts what arrives, at QoS 1 as in
/// [KilledBroker]: it may be behind by more messages than there are packet identifiers.
public final class KilledPub {

    private static final String TOPIC = "crash/lines";
    private static final String PADDING = " " + ".".repeat(80);
    private static final long LIFE_MILLIS_MAX = 60_000;

    private KilledPub() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 6) {
            System.err.println(
                    "usage: KilledPub mosquitto|artemis QOS LINES KILLS SEED FOLDER; what is put"
                            + " into FOLDER, private keys among it, stays there");
            System.exit(2);
        }
        int qos = Integer.parseInt(arguments[1]);
        int lines = Integer.parseInt(arguments[2]);
        int kills = Integer.parseInt(arguments[3]);
        var random = new Random(Long.parseLong(arguments[4]));
        Path folder = Files.createDirectories(Path.of(arguments[5]));
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        Issued server = pki.issueServer();
        boolean good;
        if (arguments[0].equals("mosquitto")) {
            try (Mosquitto broker =
                    new Mosquitto(MosquittoSettings.of(pki, server, folder.resolve("broker")))) {
                broker.start();
                good = run("Mosquitto", broker.port(), qos, lines, kills, random, pki, folder);
            }
        } else {
            try (EmbeddedBroker broker =
                    new EmbeddedBroker(
                            BrokerSettings.of(pki, server).directory(folder.resolve("broker")))) {
                broker.start();
                good = run("Artemis", broker.port(), qos, lines, kills, random, pki, folder);
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean run(
            String broker,
            int port,
            int qos,
            int lines,
            int kills,
            Random random,
            ThrowAwayPki pki,
            Path folder)
            throws Exception {
        Issued device = pki.issueDevice("pump-17");
        var told = new Lines(lines);
        Path errors = folder.resolve("pub.err");
        try (HiveMqObserver observer =
                HiveMqObserver.connect(port, pki, pki.issueDevice("observer"), "observer")) {
            observer.subscribe(TOPIC, 1);
            var pub = new CaddisPub(port, pki, device, folder.resolve("session"));
            int next = 1;
            for (int life = 1; life <= kills; life++) {
                boolean last = life == kills;
                int pace = random.nextInt(3) == 0 ? 0 : 1_000 + random.nextInt(6_000);
                var process =
                        new PubProcess(pub.command(TOPIC, qos), next, lines, PADDING, pace, errors);
                int share = 2 * (lines - next + 1) / (kills - life + 1);
                int until = last ? lines : next - 1 + random.nextInt(Math.max(1, share));
                process.awaitAccepted(Math.min(until, lines), LIFE_MILLIS_MAX);
                LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(5_000)));
                process.kill();
                told.life(next, process.fed(), process.accepted());
                next = process.accepted() + 1;
                System.out.printf(
                        Locale.ROOT,
                        "kill %d: %d accepted, %d received%n",
                        life,
                        process.accepted(),
                        observer.observations().count());
            }
            if (next <= lines) {
                System.out.printf("only %d of %d lines were accepted%n", next - 1, lines);
                return false;
            }
            int status = pub.drain(errors);
            Silence.await(observer, lines);
            if (!observer.losses().isEmpty()) {
                System.out.println(
                        "the observer lost its own connection, so this run proves nothing: "
                                + observer.losses());
                return false;
            }
            return report(broker, qos, kills, status, told.verdict(numbers(observer)));
        }
    }

    private static List<Integer> numbers(HiveMqObserver observer) {
        List<Integer> numbers = new ArrayList<>();
        for (Observed each : observer.observations().all()) {
            numbers.add(Integer.parseInt(each.text().split(" ", 3)[1]));
        }
        return numbers;
    }

    private static boolean report(
            String broker, int qos, int kills, int status, Lines.Verdict verdict) {
        boolean good =
                status == 0
                        && verdict.missing().isEmpty()
                        && (verdict.outOfOrder() == 0 || !Bench.keepsOrder(broker))
                        && (qos == 1 || verdict.tooOften().isEmpty());
        System.out.printf(
                Locale.ROOT,
                "%-4s %s QoS %d: %d kills, %d lines accepted, %d received, %d missing, %d twice and"
                    + " fed as often, %d more often than fed, %d out of order, --drain ended with"
                    + " %d%n",
                good ? "ok" : "BAD",
                broker,
                qos,
                kills,
                verdict.accepted(),
                verdict.received(),
                verdict.missing().size(),
                verdict.repeated(),
                verdict.tooOften().size(),
                verdict.outOfOrder(),
                status);
        if (!verdict.missing().isEmpty()) {
            System.out.println("missing: " + first(verdict.missing()));
        }
        if (!verdict.tooOften().isEmpty()) {
            System.out.println("more often than fed: " + first(verdict.tooOften()));
        }
        return good;
    }

    private static List<Integer> first(List<Integer> lines) {
        return lines.subList(0, Math.min(20, lines.size()));
    }
}
