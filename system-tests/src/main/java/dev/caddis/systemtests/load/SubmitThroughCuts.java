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
import java.nio.file.Files;
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
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private SubmitThroughCuts() {}

    /// @param arguments messages a quality of service (100,000 if left out), then a folder for
    ///   certificates and logs
    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 100_000;
        Path folder =
                arguments.length > 1
                        ? Path.of(arguments[1])
                        : Files.createTempDirectory("caddis-load");
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
                awaitConnected(client);
                submitAll(client, name, qos, messages, proxy);
                finished = client.awaitAcknowledged(PATIENCE);
            }
            awaitArrivals(observer, qos == Qos.AT_MOST_ONCE ? 0 : messages);
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

    private static void awaitConnected(MqttClient client) {
        while (!client.status().connected()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /// Eight threads, one topic each; the network is cut whenever another sixth of the messages is
    /// submitted.
    private static void submitAll(
            MqttClient client, String name, Qos qos, int messages, CuttingProxy proxy)
            throws InterruptedException {
        var submitted = new AtomicInteger();
        int each = messages / THREADS;
        int sixth = messages / (CUTS + 1);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            threads.add(
                    Thread.ofPlatform()
                            .name("submit-" + t)
                            .start(() -> {
                                String padding = ".".repeat(80);
                                for (int i = 0; i < each; i++) {
                                    if (qos == Qos.AT_MOST_ONCE) {
                                        awaitConnected(
                                                client); // QoS 0 is not kept; what falls into a cut
                                                         // is counted
                                    }
                                    client.submit(
                                            Message.of(
                                                            name + "/" + thread,
                                                            thread + ":" + i + ":" + padding)
                                                    .qos(qos));
                                    int now = submitted.incrementAndGet();
                                    if (now % sixth == 0 && now / sixth <= CUTS) {
                                        proxy.cut();
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /// Waits until `atLeast` different messages have arrived or nothing more comes for a while.
    private static void awaitArrivals(HiveMqObserver observer, int atLeast) {
        long quietSince = System.nanoTime();
        int before = -1;
        while (System.nanoTime() - quietSince
                < Duration.ofSeconds(atLeast == 0 ? 2 : 15).toNanos()) {
            int now = observer.observations().count();
            if (atLeast > 0
                    && now >= atLeast
                    && System.nanoTime() - quietSince > Duration.ofSeconds(1).toNanos()) {
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
                            case AT_MOST_ONCE -> true;
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
