package dev.caddis.systemtests.load;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// One fault of the network after another under a client that publishes 100 messages a second with
/// QoS 2: how long it takes to notice, how long to be done with everything once the network is well
/// again, and that nothing is missing or twice. Then 200 clients that lose their broker together.
public final class NetworkFaults {

    private static final int PER_SECOND = 100;
    private static final int MESSAGES_MAX = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// @param noticed when a lost connection must be told at the latest; zero: the connection stays
    /// @param lasts how long the fault stays before it is mended
    private record Fault(String name, Duration noticed, Duration lasts, Strike strike) {
        boolean endsConnections() {
            return !noticed.isZero();
        }
    }

    private static final Duration KEEP_ALIVE = seconds(5);
    private static final Duration PING_TIMEOUT = seconds(2);

    /// From the last sign of life to the loss: PINGREQ after three quarters of the keep alive, the
    /// wait for its answer, and what a busy machine takes.
    private static final Duration SILENCE =
            KEEP_ALIVE.multipliedBy(3).dividedBy(4).plus(PING_TIMEOUT).plus(seconds(2));

    /// While bytes of something else come in, the answer is waited for as long again.
    private static final Duration TRICKLE = SILENCE.plus(KEEP_ALIVE.multipliedBy(3).dividedBy(4));

    private static final Duration WINDOW_FULL = seconds(1_000 / PER_SECOND);

    /// From the end of the fault until nothing is unfinished: one pause, one attempt, what waits.
    private static final Duration RESUMED = Duration.ofSeconds(6);

    private static final List<Fault> FAULTS =
            List.of(
                    new Fault("reset", seconds(1), seconds(2), Strike.RESET),
                    new Fault("port refused", seconds(1), seconds(5), Strike.PORT_REFUSED),
                    new Fault("cable pulled", SILENCE, seconds(15), Strike.CABLE_PULLED),
                    new Fault("half-open", SILENCE, seconds(15), Strike.HALF_OPEN),
                    new Fault("stalled TLS handshake", seconds(1), seconds(10), Strike.STALLED),
                    new Fault("cut at byte 1", seconds(1), seconds(4), Strike.cutAfter(1)),
                    new Fault(
                            "cut at byte 300 (handshake)",
                            seconds(1),
                            seconds(4),
                            Strike.cutAfter(300)),
                    new Fault("cut at byte 3,000", seconds(1), seconds(4), Strike.cutAfter(3_000)),
                    new Fault( // alive until 1,000 are in flight, then it is keep alive's turn
                            "slow reader (300 bytes/s)",
                            WINDOW_FULL.plus(TRICKLE),
                            seconds(25),
                            Strike.narrow(300)),
                    new Fault(
                            "bandwidth 40 kB/s", Duration.ZERO, seconds(10), Strike.narrow(40_000)),
                    new Fault(
                            "latency 200 ms, jitter 200 ms",
                            Duration.ZERO,
                            seconds(10),
                            Strike.slow(Duration.ofMillis(200), Duration.ofMillis(200))));

    private static Duration seconds(int seconds) {
        return Duration.ofSeconds(seconds);
    }

    private NetworkFaults() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println(
                    "usage: NetworkFaults FOLDER; what is put into FOLDER, private keys among it,"
                            + " stays there");
            System.exit(2);
        }
        Path folder = Path.of(arguments[0]);
        ThrowAwayPki pki = ThrowAwayPki.create(folder.resolve("pki"));
        Issued server = pki.issueServer();
        boolean good;
        try (Mosquitto broker =
                new Mosquitto(MosquittoSettings.of(pki, server, folder.resolve("mosquitto")))) {
            broker.start();
            good = new Run(pki).table(broker);
            good &= Fleet.comeBack(broker, pki);
        }
        System.exit(good ? 0 : 1);
    }

    private static final class Run {
        private final ThrowAwayPki pki;
        private final Arrivals arrivals = new Arrivals(MESSAGES_MAX, 1);
        private final AtomicLong disconnectedAt = new AtomicLong();
        private final AtomicLong connected = new AtomicLong();
        private final AtomicLong lost = new AtomicLong();
        private final AtomicInteger submitted = new AtomicInteger();

        Run(ThrowAwayPki pki) {
            this.pki = pki;
        }

        boolean table(Mosquitto broker) throws Exception {
            Issued device = pki.issueDevice("faults");
            Issued other = pki.issueDevice("faults-observer");
            boolean good = true;
            try (HiveMqObserver observer =
                            HiveMqObserver.connect(broker.port(), pki, other, "faults-observer");
                    CuttingProxy proxy = new CuttingProxy(broker.port());
                    MqttClient client = open(proxy, device)) {
                observer.subscribe(
                        "faults/#", 2, (topic, payload) -> arrivals.add(number(payload)));
                var stop = new AtomicBoolean();
                Thread publisher = Thread.ofPlatform().start(() -> publish(client, stop));
                awaitQuiet(client, System.nanoTime());
                System.out.printf(
                        "     %-32s %12s %12s %8s%n", "fault", "noticed", "resumed", "missing");
                for (Fault fault : FAULTS) {
                    good &= play(fault, proxy, client);
                }
                stop.set(true);
                publisher.join();
                good &= client.awaitAcknowledged(PATIENCE);
            }
            boolean once =
                    arrivals.count() == submitted.get()
                            && arrivals.repeated() == 0
                            && arrivals.outOfOrder() == 0
                            && lost.get() == 0;
            System.out.printf(
                    "%s %d submitted, %d arrived, %d repeated, %d out of order, %d dropped%n",
                    once ? "ok  " : "BAD ",
                    submitted.get(),
                    arrivals.count(),
                    arrivals.repeated(),
                    arrivals.outOfOrder(),
                    lost.get());
            return good && once;
        }

        private MqttClient open(CuttingProxy proxy, Issued device) {
            return MqttClient.builder()
                    .broker("mqtts://localhost:" + proxy.port())
                    .clientId("faults")
                    .identity(ClientIdentity.pem(pki.ca(), device.certificate(), device.key()))
                    .keepAlive(KEEP_ALIVE)
                    .pingTimeout(PING_TIMEOUT)
                    .writeTimeout(seconds(4))
                    .handshakeTimeout(seconds(3))
                    .connackTimeout(seconds(3))
                    .reconnect(Duration.ofMillis(100), seconds(1))
                    .outbox(MESSAGES_MAX, 64 << 20, WhenFull.BLOCK)
                    .onEvent(event -> {
                        switch (event) {
                            case ClientEvent.Connected up -> connected.incrementAndGet();
                            case ClientEvent.Disconnected down ->
                                    disconnectedAt.compareAndSet(0, System.nanoTime());
                            case ClientEvent.SessionLost gone -> lost.incrementAndGet();
                            case ClientEvent.Dropped dropped -> lost.addAndGet(dropped.count());
                            default -> {}
                        }
                    })
                    .open();
        }

        private boolean play(Fault fault, CuttingProxy proxy, MqttClient client) throws Exception {
            disconnectedAt.set(0);
            long begun = System.nanoTime();
            fault.strike().on(proxy);
            awaitNanos(begun + fault.lasts().toNanos());
            long noticed = disconnectedAt.get() - begun;
            Strike.mend(proxy);
            long mended = System.nanoTime();
            boolean quiet = awaitQuiet(client, mended);
            long resumed = System.nanoTime() - mended;
            boolean wasNoticed = disconnectedAt.get() != 0;
            boolean good =
                    quiet
                            && resumed <= RESUMED.toNanos()
                            && (fault.endsConnections()
                                    ? wasNoticed && noticed <= fault.noticed().toNanos()
                                    : !wasNoticed);
            System.out.printf(
                    Locale.ROOT,
                    "%s %-32s %12s %10.2f s %8d%n",
                    good ? "ok  " : "BAD ",
                    fault.name(),
                    wasNoticed ? String.format(Locale.ROOT, "%.2f s", noticed / 1e9) : "kept",
                    resumed / 1e9,
                    submitted.get() - arrivals.count());
            return good;
        }

        private void publish(MqttClient client, AtomicBoolean stop) {
            long start = System.nanoTime();
            while (!stop.get() && submitted.get() < MESSAGES_MAX) {
                client.submit(
                        Message.of("faults/up", submitted.get() + ":" + ".".repeat(90))
                                .qos(Qos.EXACTLY_ONCE));
                submitted.incrementAndGet();
                awaitNanos(start + submitted.get() * (1_000_000_000L / PER_SECOND));
            }
        }

        /// Until everything handed in before has arrived.
        private boolean awaitQuiet(MqttClient client, long since) {
            int wanted = submitted.get();
            while (System.nanoTime() - since < PATIENCE.toNanos()) {
                ClientStatus now = client.status();
                if (now.connected() && arrivals.count() >= wanted && now.outboxMessages() == 0) {
                    return true;
                }
                LockSupport.parkNanos(5_000_000);
            }
            return false;
        }

        private static int number(byte[] payload) {
            String text = new String(payload, StandardCharsets.US_ASCII);
            return Integer.parseInt(text.substring(0, text.indexOf(':')));
        }
    }

    static void awaitNanos(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
