package dev.caddis.systemtests.load;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.interop.Brand;
import dev.caddis.systemtests.interop.Brokers;
import dev.caddis.systemtests.interop.Papers;
import dev.caddis.systemtests.interop.RunningBroker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// A long time at 1,000 messages a second in each direction, QoS 2, with a random fault of the
/// network every ten seconds: every message exactly once, in order per topic, the heap flat, and no
/// thread left at the end.
///
/// The other side of the broker is the HiveMQ client, on a connection without faults.
public final class HourOfFaults {

    private static final int PER_SECOND = 1_000;
    private static final int TOPICS = 4;
    private static final int TICK_MILLIS = 10;
    private static final int FAULT_EVERY_SECONDS = 10;
    private static final int FAULT_SECONDS_MAX = 7;
    private static final int OTHERS_WINDOW = 2_000;
    private static final Duration SETTLE_AT_MOST = Duration.ofMinutes(3);

    /// What a heap may differ by after a full collection and still be flat.
    private static final long FLAT_BYTES = 8L << 20;

    private static final String PADDING = ":" + ".".repeat(90);

    private HourOfFaults() {}

    /// @param arguments minutes (60 if left out), a folder, a seed, a broker (HIVEMQ if left out)
    public static void main(String[] arguments) throws Exception {
        int minutes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 60;
        Path folder =
                arguments.length > 1
                        ? Path.of(arguments[1])
                        : Files.createTempDirectory("caddis-hour");
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
        int messages = minutes * 60 * PER_SECOND;
        Brand brand = arguments.length > 3 ? Brand.valueOf(arguments[3]) : Brand.HIVEMQ;
        Papers papers = Papers.in(folder);
        boolean good;
        try (RunningBroker broker = Brokers.start(brand, papers, folder.resolve("broker"))) {
            System.out.printf(
                    "%d minutes, %,d messages each way, %s %s, seed %d%n",
                    minutes, messages, brand.title(), broker.version(), seed);
            good = new Run(messages, new Random(seed)).play(broker, papers.pki());
        }
        List<String> left = caddisThreads();
        System.out.println(left.isEmpty() ? "no thread left" : "threads left: " + left);
        System.exit(good && left.isEmpty() ? 0 : 1);
    }

    private static List<String> caddisThreads() {
        List<String> names = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("caddis-")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    private static final class Run {
        private final int messages;
        private final Random random;
        private final Arrivals up;
        private final Arrivals down;
        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicLong lost = new AtomicLong();
        private final List<Long> heaps = new ArrayList<>();

        Run(int messages, Random random) {
            this.messages = messages;
            this.random = random;
            up = new Arrivals(messages, TOPICS);
            down = new Arrivals(messages, TOPICS);
        }

        boolean play(RunningBroker broker, ThrowAwayPki pki) throws Exception {
            Issued device = pki.issueDevice("hour");
            Issued other = pki.issueDevice("other");
            boolean finished;
            try (HiveMqObserver peer =
                            HiveMqObserver.connect(broker.port(), pki, other, "hour-other");
                    CuttingProxy proxy = new CuttingProxy(broker.port())) {
                peer.subscribe("up/#", 2, (topic, payload) -> up.add(number(payload)));
                try (MqttClient client = open(proxy, pki, device)) {
                    awaitSubscribed(client);
                    Thread faults = Thread.ofPlatform().start(() -> strikeAndMend(proxy));
                    Thread others = Thread.ofPlatform().start(() -> publishDown(peer));
                    publishUp(client);
                    others.join();
                    faults.interrupt();
                    faults.join();
                    Faults.mend(proxy);
                    finished = client.awaitAcknowledged(SETTLE_AT_MOST);
                    awaitArrivals();
                    sampleHeap();
                }
            }
            return report(finished);
        }

        private MqttClient open(CuttingProxy proxy, ThrowAwayPki pki, Issued device) {
            return MqttClient.builder()
                    .broker("mqtts://localhost:" + proxy.port())
                    .clientId("hour")
                    .identity(ClientIdentity.pem(pki.ca(), device.certificate(), device.key()))
                    .keepAlive(Duration.ofSeconds(4))
                    .pingTimeout(Duration.ofSeconds(2))
                    .writeTimeout(Duration.ofSeconds(4))
                    .connackTimeout(Duration.ofSeconds(4))
                    .handshakeTimeout(Duration.ofSeconds(4))
                    .reconnect(Duration.ofMillis(50), Duration.ofSeconds(1))
                    .outbox(200_000, 64 << 20, WhenFull.BLOCK)
                    .publishTimeout(SETTLE_AT_MOST)
                    .subscribe(
                            "down/#",
                            Qos.EXACTLY_ONCE,
                            delivery ->
                                    down.add(number(delivery.message().payload().toByteArray())))
                    .onEvent(event -> {
                        switch (event) {
                            case ClientEvent.Connected connected -> connections.incrementAndGet();
                            case ClientEvent.SessionLost gone -> lost.incrementAndGet();
                            case ClientEvent.Dropped dropped -> lost.addAndGet(dropped.count());
                            case ClientEvent.Failed failed -> failed.cause().printStackTrace();
                            default -> {}
                        }
                    })
                    .open();
        }

        private void awaitSubscribed(MqttClient client) {
            client.subscribe("hour/ready", Qos.AT_MOST_ONCE, delivery -> {})
                    .awaitGranted(Duration.ofSeconds(20));
        }

        /// The messages of each hundredth of a second, and now and then a look at the heap.
        private void publishUp(MqttClient client) {
            long start = System.nanoTime();
            int perTick = PER_SECOND * TICK_MILLIS / 1_000;
            for (int number = 0; number < messages; number++) {
                client.submit(
                        Message.of("up/" + number % TOPICS, number + PADDING)
                                .qos(Qos.EXACTLY_ONCE));
                if ((number + 1) % perTick == 0) {
                    awaitTick(start, (number + 1) / perTick);
                }
                if ((number + 1) % (PER_SECOND * 60) == 0) {
                    sampleHeap();
                    tellMinute((number + 1) / (PER_SECOND * 60), client);
                }
            }
        }

        private void publishDown(HiveMqObserver peer) {
            long start = System.nanoTime();
            int perTick = PER_SECOND * TICK_MILLIS / 1_000;
            var window = new Semaphore(OTHERS_WINDOW);
            for (int number = 0; number < messages; number++) {
                byte[] payload = (number + PADDING).getBytes(StandardCharsets.US_ASCII);
                window.acquireUninterruptibly();
                peer.submit("down/" + number % TOPICS, payload, 2)
                        .whenComplete((answer, failure) -> {
                            window.release();
                            if (failure != null) {
                                lost.incrementAndGet();
                            }
                        });
                if ((number + 1) % perTick == 0) {
                    awaitTick(start, (number + 1) / perTick);
                }
            }
        }

        private static void awaitTick(long start, long tick) {
            long due = start + tick * TICK_MILLIS * 1_000_000L;
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
        }

        private void strikeAndMend(CuttingProxy proxy) {
            try {
                while (true) {
                    Faults fault = Faults.values()[random.nextInt(Faults.values().length)];
                    long lasts = 500L + random.nextInt(FAULT_SECONDS_MAX * 1_000 - 500);
                    fault.strike(proxy, random);
                    Thread.sleep(lasts);
                    Faults.mend(proxy);
                    Thread.sleep(FAULT_EVERY_SECONDS * 1_000L - lasts);
                }
            } catch (InterruptedException e) { // the end of the hour
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                throw new IllegalStateException("the proxy failed", e);
            }
        }

        private void sampleHeap() {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            heaps.add(runtime.totalMemory() - runtime.freeMemory());
        }

        private void tellMinute(int minute, MqttClient client) {
            System.out.printf(
                    Locale.ROOT,
                    "minute %2d: %,d up, %,d down, %d reconnects, %d wait, heap %.1f MB%n",
                    minute,
                    up.count(),
                    down.count(),
                    connections.get() - 1,
                    client.status().outboxMessages(),
                    heaps.getLast() / 1e6);
        }

        private void awaitArrivals() {
            long giveUp = System.nanoTime() + SETTLE_AT_MOST.toNanos();
            while ((up.count() < messages || down.count() < messages)
                    && System.nanoTime() < giveUp) {
                LockSupport.parkNanos(50_000_000);
            }
            LockSupport.parkNanos(2_000_000_000L); // what comes twice comes soon
        }

        private boolean report(boolean finished) {
            long first = heaps.get(Math.min(1, heaps.size() - 1));
            long last = heaps.getLast();
            boolean flat = last - first <= FLAT_BYTES;
            boolean good =
                    finished
                            && flat
                            && lost.get() == 0
                            && exactlyOnce(up)
                            && exactlyOnce(down)
                            && connections.get() > 1;
            tell("up", up);
            tell("down", down);
            System.out.printf(
                    Locale.ROOT,
                    "%s %d reconnects, %d dropped, refused or lost sessions, heap %.1f MB after the"
                            + " second minute, %.1f MB at the end%n",
                    good ? "ok" : "BAD",
                    connections.get() - 1,
                    lost.get(),
                    first / 1e6,
                    last / 1e6);
            return good;
        }

        private boolean exactlyOnce(Arrivals arrivals) {
            return arrivals.count() == messages
                    && arrivals.repeated() == 0
                    && arrivals.outOfOrder() == 0;
        }

        private void tell(String direction, Arrivals arrivals) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: %,d of %,d arrived, %d repeated, %d out of order%n",
                    direction,
                    arrivals.count(),
                    messages,
                    arrivals.repeated(),
                    arrivals.outOfOrder());
        }

        private static int number(byte[] payload) {
            int number = 0;
            for (byte each : payload) {
                if (each == ':') {
                    break;
                }
                number = number * 10 + each - '0';
            }
            return number;
        }
    }
}
