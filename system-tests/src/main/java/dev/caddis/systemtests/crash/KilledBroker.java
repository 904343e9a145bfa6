package dev.caddis.systemtests.crash;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.Observed;
import dev.caddis.systemtests.TlsRelay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// As [KilledPub], and the broker is killed and started again too. Relays on both sides of the
/// broker write every packet down, so that what is missing or repeated has its cause shown.
///
/// The observer subscribes before and comes back when all is acknowledged: it receives what the
/// broker has kept. One that stays would be sent much again by a broker that was killed, without a
/// mark, and would hide what the publisher does. With no kills of the broker it stays. It takes
/// everything at QoS 1: over a connection that holds, that is once for each time the broker has it,
/// and the broker has no exchange with it in mind that is older than the kill.
public final class KilledBroker {

    private static final String TOPIC = "crash/lines";
    private static final long LIFE_MILLIS_MAX = 60_000;

    private final String brand;
    private final int qos;
    private final int lines;
    private final ThrowAwayPki pki;
    private final Issued server;
    private final Path folder;
    private final Random random;
    private final KillableBroker broker;
    private final Trace sent;
    private final Trace delivered;
    private final List<Numbered> accepted = new ArrayList<>();
    private final List<Path> errors = new ArrayList<>();

    private KilledBroker(String brand, int qos, int lines, long seed, Path folder, ThrowAwayPki pki)
            throws IOException {
        this.brand = brand;
        this.qos = qos;
        this.lines = lines;
        this.pki = pki;
        this.folder = folder;
        random = new Random(seed);
        long began = System.nanoTime();
        sent = new Trace(began);
        delivered = new Trace(began);
        server = pki.issueServer();
        broker = broker();
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 7) {
            System.err.println(
                    "usage: KilledBroker mosquitto|artemis QOS LINES KILLS BROKER-KILLS SEED"
                            + " FOLDER; what is put into FOLDER, private keys among it, stays"
                            + " there");
            System.exit(2);
        }
        System.exit(run(arguments) ? 0 : 1);
    }

    /// What [#main] does, in this process.
    ///
    /// @return whether what was promised was kept
    static boolean run(String... arguments) throws Exception {
        Path folder = Files.createDirectories(Path.of(arguments[6]));
        var run =
                new KilledBroker(
                        arguments[0],
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Long.parseLong(arguments[5]),
                        folder,
                        ThrowAwayPki.create(folder.resolve("pki")));
        return run.run(Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
    }

    private KillableBroker broker() throws IOException {
        Path directory = folder.resolve("broker");
        return brand.equals("mosquitto")
                ? new KillableMosquitto(
                        new Mosquitto(
                                MosquittoSettings.of(pki, server, directory).keepingSessions()))
                : new KillableArtemis(BrokerSettings.of(pki, server), directory);
    }

    private boolean run(int kills, int brokerKills) throws Exception {
        Issued device = pki.issueDevice("pump-17");
        Issued watcher = pki.issueDevice("observer");
        broker.start();
        try (broker;
                TlsRelay toBroker = relay(device, sent);
                TlsRelay toObserver = relay(watcher, delivered)) {
            var pub = new CaddisPub(toBroker.port(), pki, device, folder.resolve("session"));
            try (HiveMqObserver observer = observer(toObserver, watcher)) {
                observer.subscribe(TOPIC, 1, (_, _) -> {}); // it observes everything anyway
                if (brokerKills == 0) {
                    return publish(pub, kills, brokerKills) && judge(observer);
                }
            }
            broker.save();
            boolean done = publish(pub, kills, brokerKills);
            try (HiveMqObserver observer = observer(toObserver, watcher)) {
                return judge(observer) && done;
            }
        }
    }

    /// Not with a clean start: Mosquitto 2.0.11 saves no session that began with one.
    private HiveMqObserver observer(TlsRelay relay, Issued watcher) throws IOException {
        return HiveMqObserver.resume(relay.port(), pki, watcher, "observer");
    }

    /// @return whether all was accepted and acknowledged
    private boolean publish(CaddisPub pub, int kills, int brokerKills)
            throws IOException, InterruptedException {
        var killer = new BrokerKiller(broker, lines, brokerKills, random.nextLong(), sent);
        Thread killing = Thread.ofPlatform().start(killer);
        int next = feed(pub, kills);
        int status = pub.drain(errors("drain"));
        killer.noMore();
        killing.join();
        System.out.printf(
                Locale.ROOT,
                "%d lines accepted, %d kills of pub, %d of the broker; --drain ended with %d%n",
                next - 1,
                kills,
                killer.kills(),
                status);
        return next > lines && status == 0 && killer.kills() == brokerKills;
    }

    private boolean judge(HiveMqObserver observer) throws IOException {
        Silence.await(observer, lines);
        if (!observer.losses().isEmpty()) {
            System.out.println(
                    "the observer lost its own connection, so this run proves nothing: "
                            + observer.losses());
            return false;
        }
        List<Numbered> received = new ArrayList<>();
        for (Observed each : observer.observations().all()) {
            received.add(Numbered.in(each.text()));
        }
        return new BrokerReport(
                        brand,
                        qos,
                        sent.all(),
                        delivered.all(),
                        errors,
                        folder.resolve("packets-of-the-lost.txt"))
                .print(accepted, received);
    }

    private TlsRelay relay(Issued client, Trace trace) throws IOException {
        return new TlsRelay(
                broker.port(), pki.clientContext(server), pki.clientContext(client), trace);
    }

    private Path errors(String life) {
        Path file = folder.resolve("pub-" + life + ".err");
        errors.add(file);
        return file;
    }

    /// @return the line behind the last that was accepted
    private int feed(CaddisPub pub, int kills) throws IOException, InterruptedException {
        int next = 1;
        for (int life = 1; life <= kills; life++) {
            boolean last = life == kills;
            int pace = random.nextInt(3) == 0 ? 0 : 1_000 + random.nextInt(6_000);
            var process =
                    new PubProcess(
                            pub.command(TOPIC, qos),
                            next,
                            lines,
                            Numbered.padding(life),
                            pace,
                            errors(String.valueOf(life)));
            int share = 2 * (lines - next + 1) / (kills - life + 1);
            int until = last ? lines : next - 1 + random.nextInt(Math.max(1, share));
            process.awaitAccepted(Math.min(until, lines), LIFE_MILLIS_MAX);
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(5_000)));
            process.kill();
            sent.note("pub was killed with SIGKILL");
            for (int line = next; line <= process.accepted(); line++) {
                accepted.add(new Numbered(line, life));
            }
            System.out.printf(
                    Locale.ROOT,
                    "pub killed, %d: %d accepted, %d acknowledged%n",
                    life,
                    process.accepted(),
                    sent.taken());
            next = process.accepted() + 1;
        }
        return next;
    }
}
