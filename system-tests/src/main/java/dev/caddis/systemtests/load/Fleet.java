package dev.caddis.systemtests.load;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.systemtests.CuttingProxy;
import dev.caddis.systemtests.Mosquitto;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// 200 clients that lose their broker at one moment: their attempts are spread over the windows of
/// the backoff, not bunched.
final class Fleet {

    private static final int CLIENTS = 200;
    private static final int WINDOW_MILLIS = 100;
    private static final Duration AWAY = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// The attempts in any tenth of a second after the first second, as a part of the clients:
    /// evenly spread over windows of a second and more it would be a tenth at most.
    private static final double BUNCH_MAX = 0.25;

    private Fleet() {}

    static boolean comeBack(Mosquitto broker, ThrowAwayPki pki) throws Exception {
        Issued device = pki.issueDevice("fleet");
        List<Long> attempts = Collections.synchronizedList(new ArrayList<>());
        var online = new AtomicInteger();
        List<MqttClient> clients = new ArrayList<>();
        try (CuttingProxy proxy = new CuttingProxy(broker.port())) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        MqttClient.builder()
                                .broker("mqtts://localhost:" + proxy.port())
                                .clientId("fleet-" + i)
                                .identity(
                                        ClientIdentity.pem(
                                                pki.ca(), device.certificate(), device.key()))
                                .handshakeTimeout(PATIENCE)
                                .connackTimeout(PATIENCE)
                                .onEvent(event -> {
                                    switch (event) {
                                        case ClientEvent.Connected up -> online.incrementAndGet();
                                        case ClientEvent.Disconnected down ->
                                                online.decrementAndGet();
                                        case ClientEvent.ConnectFailed failed ->
                                                attempts.add(System.nanoTime());
                                        default -> {}
                                    }
                                })
                                .open());
            }
            boolean good = await(online, CLIENTS);
            attempts.clear();
            long lostAt = System.nanoTime();
            proxy.refuse();
            proxy.cut();
            NetworkFaults.awaitNanos(lostAt + AWAY.toNanos());
            List<Long> away = List.copyOf(attempts);
            proxy.accept();
            long mended = System.nanoTime();
            good &= await(online, CLIENTS);
            return report(away, lostAt, System.nanoTime() - mended, good);
        } finally {
            clients.parallelStream().forEach(client -> client.close(Duration.ZERO));
        }
    }

    private static boolean await(AtomicInteger online, int count) {
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        while (online.get() < count && System.nanoTime() < giveUp) {
            NetworkFaults.awaitNanos(System.nanoTime() + 10_000_000);
        }
        return online.get() >= count;
    }

    private static boolean report(List<Long> away, long lostAt, long back, boolean allBack) {
        int windows = (int) (AWAY.toMillis() / WINDOW_MILLIS);
        int[] counts = new int[windows + 1];
        for (long at : away) {
            counts[(int) Math.min(windows, (at - lostAt) / 1_000_000 / WINDOW_MILLIS)]++;
        }
        int late = 0;
        int most = 0;
        for (int i = 1_000 / WINDOW_MILLIS; i < counts.length; i++) {
            late += counts[i];
            most = Math.max(most, counts[i]);
        }
        double perClient = away.size() / (double) CLIENTS;
        // windows of 0.5, 1, 2, 4, 8, 16 s, each pause half of one in the mean
        boolean good = allBack && most <= BUNCH_MAX * CLIENTS && perClient >= 3 && perClient <= 12;
        System.out.printf(
                Locale.ROOT,
                "%s %d clients, broker away for %d s: %.1f attempts a client; %d attempts in the"
                        + " first second, then at most %d of %d in any %d ms; all back %.1f s after"
                        + " it%n",
                good ? "ok  " : "BAD ",
                CLIENTS,
                AWAY.toSeconds(),
                perClient,
                away.size() - late,
                most,
                late,
                WINDOW_MILLIS,
                back / 1e9);
        return good;
    }
}
