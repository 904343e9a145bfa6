package dev.caddis.systemtests.crash;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.Observed;

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

/// One broker behind mutual TLS, with what a program needs to feed it and to look at what arrives.
///
/// @param folder for sessions and logs
record Bench(String broker, int port, ThrowAwayPki pki, Issued device, Path folder) {

    private static final long ARRIVAL_SECONDS_MAX = 30;
    private static final long LOOK_MILLIS = 5;

    /// What is tried on a bench.
    @FunctionalInterface
    interface Trial {
        /// @return whether every promise was kept
        boolean on(Bench bench, int qos) throws Exception;
    }

    /// Tries it with Mosquitto and Artemis side by side, with each at QoS 1 and then 2.
    static boolean withEach(Path folder, Trial trial) throws Exception {
        ThrowAwayPki pki = ThrowAwayPki.create(Files.createDirectories(folder).resolve("pki"));
        Issued server = pki.issueServer();
        Issued device = pki.issueDevice("pump-17");
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
            List<Bench> benches =
                    List.of(
                            new Bench("Mosquitto", mosquitto.port(), pki, device, folder),
                            new Bench("Artemis", artemis.port(), pki, device, folder));
            try (ExecutorService both = Executors.newFixedThreadPool(benches.size())) {
                List<Future<Boolean>> runs =
                        benches.stream()
                                .map(bench -> both.submit(() -> bench.atBoth(trial)))
                                .toList();
                for (Future<Boolean> run : runs) {
                    good &= run.get();
                }
            }
        }
        return good;
    }

    private boolean atBoth(Trial trial) throws Exception {
        boolean first = trial.on(this, 1);
        return trial.on(this, 2) && first;
    }

    /// Whether `broker` passes messages on in the order in which it took them. Artemis does not
    /// always at QoS 2, nor where a second connection follows one that was cut: its own order says
    /// nothing about that in which they were sent.
    static boolean keepsOrder(String broker) {
        return !broker.equals("Artemis");
    }

    /// Sees what arrives on `filter`.
    HiveMqObserver observer(String filter) throws IOException {
        String name = "observer-" + filter.replaceAll("[^a-z0-9]", "-");
        HiveMqObserver observer = HiveMqObserver.connect(port, pki, pki.issueDevice(name), name);
        observer.subscribe(filter, 2);
        return observer;
    }

    /// `caddis pub` with the session folder `name`, through `onPort`.
    CaddisPub pub(int onPort, String name) throws IOException {
        return new CaddisPub(
                onPort, pki, device, Files.createDirectories(folder).resolve("session-" + name));
    }

    Path errors(String name) {
        return folder.resolve(name + ".err");
    }

    String topics(String trial, int qos) {
        return trial + "/" + broker.toLowerCase(Locale.ROOT) + qos;
    }

    /// The numbers of the lines that arrived on `topic`, once there are `wanted` different ones or
    /// none comes any more.
    static List<Integer> arrivals(HiveMqObserver observer, String topic, int before, int wanted) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ARRIVAL_SECONDS_MAX);
        List<Integer> numbers = of(observer, topic, before);
        while (numbers.stream().distinct().count() < wanted && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            numbers = of(observer, topic, before);
        }
        return numbers;
    }

    private static List<Integer> of(HiveMqObserver observer, String topic, int before) {
        List<Integer> numbers = new ArrayList<>();
        List<Observed> all = observer.observations().all();
        for (Observed each : all.subList(before, all.size())) {
            if (each.topic().equals(topic)) {
                numbers.add(Integer.parseInt(each.text().split(" ", 3)[1]));
            }
        }
        return numbers;
    }
}
