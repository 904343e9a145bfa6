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

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
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
    private static final long FAULT_EVERY_NANOS = FAULT_EVERY_SECONDS * 1_000_000_000L;
    private static final int FAULT_MILLIS_MIN = 500;
    private static final int FAULT_MILLIS_MAX = 7_000;
    private static final int OTHERS_WINDOW = 2_000;
    private static final Duration SETTLE_AT_MOST = Duration.ofMinutes(3);
    private static final Duration THREADS_END_AT_MOST = Duration.ofSeconds(5);

    /// What a heap may differ by after a full collection and still be flat.
    private static final long FLAT_BYTES = 8L << 20;

    private static final String PADDING = ":" + ".".repeat(90);

    private HourOfFaults() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println(
                    "usage: HourOfFaults MINUTES FOLDER [SEED [BROKER]]; BROKER is HIVEMQ if left"
                            + " out; what is put into FOLDER, private keys among it, stays there");
            System.exit(2);
        }
        int minutes = Integer.parseInt(arguments[0]);
        Path folder = Path.of(arguments[1]);
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
        List<String> left = Threads.left("caddis-", folder, THREADS_END_AT_MOST);
        System.out.println(left.isEmpty() ? "no thread left" : "threads left: " + left);
        System.exit(good && left.isEmpty() ? 0 : 1);
    }

    private static final class Run {
        private final int messages;
        private final Random random;
        private final Arrivals up;
        private final Arrivals down;
        private final AtomicInteger connections = new AtomicInteger();
        private final AtomicLong lost = new AtomicLong();
        private final AtomicInteger strikes = new AtomicInteger();
        private final AtomicReference<@Nullable Exception> faultsFailed = new AtomicReference<>();
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
                    var over = new CountDownLatch(1);
                    Thread faults = daemon(() -> strikeAndMend(proxy, over));
                    Thread others = daemon(() -> publishDown(peer));
                    publishUp(client);
                    others.join();
                    over.countDown();
                    faults.join();
                    checkFaults();
                    Strike.mend(proxy);
                    finished = client.awaitAcknowledged(SETTLE_AT_MOST);
                    awaitArrivals();
                    sampleHeap();
                    if (!peer.losses().isEmpty()) {
                        System.out.println(
                                "the other side lost its own connection, so this run proves"
                                        + " nothing: "
                                        + peer.losses());
                    }
                }
            }
            return report(finished);
        }

        /// A thread that does not keep a failed hour from its end.
        private static Thread daemon(Runnable work) {
            return Thread.ofPlatform().daemon().start(work);
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
                    checkFaults();
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

        private void strikeAndMend(CuttingProxy proxy, CountDownLatch over) {
            long start = System.nanoTime();
            long next;
            try {
                do {
                    Strike.any(random).on(proxy);
                    next = start + strikes.incrementAndGet() * FAULT_EVERY_NANOS;
                    if (over.await(
                            random.nextInt(FAULT_MILLIS_MIN, FAULT_MILLIS_MAX),
                            TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    Strike.mend(proxy);
                } while (!over.await(next - System.nanoTime(), TimeUnit.NANOSECONDS));
            } catch (IOException | InterruptedException | RuntimeException e) {
                faultsFailed.set(e);
            }
        }

        /// An hour without faults shows nothing.
        private void checkFaults() {
            Exception failure = faultsFailed.get();
            if (failure != null) {
                throw new IllegalStateException(
                        "the network broke other than it should, after " + strikes + " faults",
                        failure);
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
            int strikesMin = messages / PER_SECOND / FAULT_EVERY_SECONDS - 1;
            boolean flat = last - first <= FLAT_BYTES;
            boolean good =
                    finished
                            && flat
                            && lost.get() == 0
                            && exactlyOnce(up)
                            && exactlyOnce(down)
                            && connections.get() > 1
                            && strikes.get() >= strikesMin;
            tell("up", up);
            tell("down", down);
            System.out.printf(
                    Locale.ROOT,
                    "%s %d faults (%d at least), %d reconnects, %d dropped, refused or lost"
                        + " sessions, heap %.1f MB after the second minute, %.1f MB at the end%n",
                    good ? "ok" : "BAD",
                    strikes.get(),
                    strikesMin,
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
