package dev.caddis.systemtests.load;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// `submit` from eight threads through a network that is cut five times, for every version, broker
/// and quality of service: nothing missing at QoS 1, exactly once at QoS 2, first arrivals in order
/// per thread and topic; at QoS 0 nothing dropped while connected. The observer is the HiveMQ
/// client, on a connection that is not cut.
public final class SubmitThroughCuts {

    private static final int THREADS = 8;
    private static final int CUTS = 5;
    private static final int FLEETING_WINDOW = 200;
    private static final String PADDING = ".".repeat(80);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /// What comes twice comes within this time.
    private static final Duration SETTLED = Duration.ofMillis(500);

    private SubmitThroughCuts() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println(
                    "usage: SubmitThroughCuts MESSAGES FOLDER, the messages of each quality of"
                            + " service; what is put into FOLDER, private keys among it, stays"
                            + " there");
            System.exit(2);
        }
        int wished = Integer.parseInt(arguments[0]);
        int messages = wished - wished % THREADS;
        Path folder = Path.of(arguments[1]);
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        Issued server = pki.issueServer();
        Issued device = pki.issueDevice("load");
        Issued observer = pki.issueDevice("observer");
        boolean good = true;
        try (Mosquitto mosquitto =
                        new Mosquitto(
                                MosquittoSettings.of(pki, server, folder.resolve("mosquitto")));
                EmbeddedBroker artemis = new EmbeddedBroker(BrokerSettings.of(pki, server))) {
            mosquitto.start();
            artemis.start();
            for (ProtocolVersion version : ProtocolVersion.values()) {
                for (Qos qos : Qos.values()) {
                    good &=
                            run(
                                    "Mosquitto",
                                    mosquitto.port(),
                                    version,
                                    qos,
                                    messages,
                                    pki,
                                    device,
                                    observer);
                    good &=
                            run(
                                    "Artemis",
                                    artemis.port(),
                                    version,
                                    qos,
                                    messages,
                                    pki,
                                    device,
                                    observer);
                }
            }
        }
        System.exit(good ? 0 : 1);
    }

    private static boolean run(
            String broker,
            int port,
            ProtocolVersion version,
            Qos qos,
            int messages,
            ThrowAwayPki pki,
            Issued device,
            Issued observerCertificate)
            throws IOException, InterruptedException {
        String name =
                "load-"
                        + broker.toLowerCase(Locale.ROOT)
                        + "-"
                        + version.level()
                        + "-"
                        + qos.level();
        var connections = new AtomicInteger();
        var wronglyDropped = new AtomicLong();
        var dropped = new AtomicLong();
        long start = System.nanoTime();
        try (HiveMqObserver observer =
                        HiveMqObserver.connect(port, pki, observerCertificate, name + "-observer");
                CuttingProxy proxy = new CuttingProxy(port)) {
            observer.subscribe(name + "/#", 2);
            MqttClient client =
                    MqttClient.builder()
                            .broker("mqtts://localhost:" + proxy.port())
                            .clientId(name)
                            .identity(
                                    ClientIdentity.pem(
                                            pki.ca(), device.certificate(), device.key()))
                            .version(version)
                            .reconnect(Duration.ofMillis(50), Duration.ofSeconds(1))
                            .outbox(5_000, 64 << 20, WhenFull.BLOCK)
                            .publishTimeout(PATIENCE)
                            .onEvent(event -> {
                                switch (event) {
                                    case ClientEvent.Connected connected ->
                                            connections.incrementAndGet();
                                    case ClientEvent.Dropped(
                                                    DropCause cause,
                                                    long count,
                                                    long total) -> {
                                        dropped.addAndGet(count);
                                        if (cause != DropCause.NOT_CONNECTED) {
                                            wronglyDropped.addAndGet(count);
                                        }
                                    }
                                    default -> {}
                                }
                            })
                            .open();
            boolean finished;
            try (client) {
                awaitConnections(connections, 1);
                submitAll(client, name, qos, messages, proxy, observer, connections);
                finished = client.awaitAcknowledged(PATIENCE);
            }
            awaitArrivals(observer, messages);
            if (!observer.losses().isEmpty()) {
                System.out.println(
                        "the observer lost its own connection, so this run proves nothing: "
                                + observer.losses());
            }
            Tally tally = Tally.of(observer.observations().all(), THREADS, messages / THREADS);
            return report(
                    broker,
                    version,
                    qos,
                    messages,
                    tally,
                    connections.get() - 1,
                    dropped.get(),
                    wronglyDropped.get(),
                    finished,
                    System.nanoTime() - start);
        }
    }

    private static void awaitConnections(AtomicInteger connections, int atLeast) {
        while (connections.get() < atLeast) {
            LockSupport.parkNanos(100_000);
        }
    }

    /// Eight threads, one topic each. The network is cut after each sixth of the messages, on a
    /// connection that stands; QoS 1 and 2 are in the air then, QoS 0, which is not kept, has
    /// arrived.
    private static void submitAll(
            MqttClient client,
            String name,
            Qos qos,
            int messages,
            CuttingProxy proxy,
            HiveMqObserver observer,
            AtomicInteger connections)
            throws InterruptedException {
        int each = messages / THREADS;
        for (int part = 0; part <= CUTS; part++) {
            int from = each * part / (CUTS + 1);
            int to = each * (part + 1) / (CUTS + 1);
            int before = THREADS * from;
            var submitted = new AtomicInteger(before);
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                threads.add(
                        Thread.ofPlatform()
                                .name("submit-" + t)
                                .start(() -> {
                                    for (int i = from; i < to; i++) {
                                        int now = submitted.incrementAndGet();
                                        if (qos == Qos.AT_MOST_ONCE) {
                                            awaitWindow(observer, now);
                                        }
                                        client.submit(
                                                Message.of(
                                                                name + "/" + thread,
                                                                thread + ":" + i + ":" + PADDING)
                                                        .qos(qos));
                                    }
                                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            if (part < CUTS) {
                if (qos == Qos.AT_MOST_ONCE) {
                    awaitArrivals(observer, THREADS * to);
                }
                awaitConnections(connections, part + 1); // the cut before this one is mended
                proxy.cut();
                if (qos == Qos.AT_MOST_ONCE) {
                    awaitConnections(connections, part + 2);
                }
            }
        }
    }

    /// A broker drops QoS 0 for a subscriber that is slow: keep it within what that one takes.
    private static void awaitWindow(HiveMqObserver observer, int submitted) {
        long giveUp = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (submitted - observer.observations().count() > FLEETING_WINDOW
                && System.nanoTime() < giveUp) {
            LockSupport.parkNanos(50_000);
        }
    }

    /// Waits until `atLeast` messages have arrived and it is quiet, or until nothing comes for
    /// long.
    private static void awaitArrivals(HiveMqObserver observer, int atLeast) {
        long quietSince = System.nanoTime();
        int before = -1;
        while (System.nanoTime() - quietSince < Duration.ofSeconds(10).toNanos()) {
            int now = observer.observations().count();
            if (now >= atLeast && System.nanoTime() - quietSince > SETTLED.toNanos()) {
                return;
            }
            if (now != before) {
                before = now;
                quietSince = System.nanoTime();
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static boolean report(
            String broker,
            ProtocolVersion version,
            Qos qos,
            int messages,
            Tally tally,
            int reconnects,
            long dropped,
            long wronglyDropped,
            boolean finished,
            long nanos) {
        boolean good =
                finished
                        && reconnects >= CUTS
                        && tally.outOfOrder() == 0
                        && wronglyDropped == 0
                        && switch (qos) {
                            case AT_MOST_ONCE ->
                                    tally.arrived() == messages
                                            && tally.repeated() == 0
                                            && dropped == 0;
                            case AT_LEAST_ONCE -> tally.arrived() == messages && dropped == 0;
                            case EXACTLY_ONCE ->
                                    tally.arrived() == messages
                                            && tally.repeated() == 0
                                            && dropped == 0;
                        };
        System.out.printf(
                Locale.ROOT,
                "%-4s %-9s MQTT %-5s QoS %d: %d submitted, %d arrived, %d repeated, %d out of"
                    + " order, %d reconnects, %d dropped while offline, %d while connected, %.1f"
                    + " s%n",
                good ? "ok" : "BAD",
                broker,
                version,
                qos.level(),
                messages,
                tally.arrived(),
                tally.repeated(),
                tally.outOfOrder(),
                reconnects,
                dropped - wronglyDropped,
                wronglyDropped,
                nanos / 1e9);
        return good;
    }
}
