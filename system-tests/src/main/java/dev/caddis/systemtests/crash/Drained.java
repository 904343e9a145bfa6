package dev.caddis.systemtests.crash;

import dev.caddis.demo.Issued;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.Observed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What `caddis pub --drain` did with a session folder, and what an observer that shares no code
/// with Caddis received from a Mosquitto that was started for it.
///
/// @param counts as it printed them, JSON
/// @param told what else it printed
/// @param arrivals the numbers of the lines, as they came
record Drained(int status, String counts, String told, List<Integer> arrivals) {

    private static final long LAST_SECONDS_MAX = 20;

    /// @param expected so many different lines are waited for
    static Drained of(CaddisPub away, Issued server, Path scratch, int expected) throws Exception {
        Files.createDirectories(scratch);
        Path out = scratch.resolve("out");
        Path errors = scratch.resolve("err");
        var settings = MosquittoSettings.of(away.pki(), server, scratch.resolve("mosquitto"));
        String name = "observer-" + scratch.getFileName();
        try (Mosquitto broker = new Mosquitto(settings)) {
            broker.start();
            try (HiveMqObserver observer =
                    HiveMqObserver.connect(
                            broker.port(), away.pki(), away.pki().issueDevice(name), name)) {
                observer.subscribe(SeedSession.TOPIC, 2);
                var pub = new CaddisPub(broker.port(), away.pki(), away.device(), away.session());
                int status = run(pub.drain(), out, errors);
                List<Integer> arrivals = arrivals(observer, expected);
                if (!observer.losses().isEmpty()) {
                    throw new IOException("the observer lost its connection: " + observer.losses());
                }
                return new Drained(
                        status, Files.readString(out).strip(), Files.readString(errors), arrivals);
            }
        }
    }

    /// @return the exit code
    static int run(List<String> command, Path out, Path errors)
            throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
    }

    static List<Integer> arrivals(HiveMqObserver observer, int expected) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LAST_SECONDS_MAX);
        while (observer.observations().count() < expected && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500)); // for what must not come
        List<Integer> numbers = new ArrayList<>();
        for (Observed each : observer.observations().all()) {
            numbers.add(Integer.parseInt(each.text().split(" ", 3)[1]));
        }
        return numbers;
    }

    Set<Integer> lines() {
        return new HashSet<>(arrivals);
    }

    long dropped() {
        return count("dropped");
    }

    long notAcknowledged() {
        return count("not_acknowledged");
    }

    private long count(String name) {
        Matcher found = Pattern.compile("\"" + name + "\":([0-9]+)").matcher(counts);
        return found.find() ? Long.parseLong(found.group(1)) : -1;
    }

    /// Lines whose first arrival comes behind that of a later one of the same quality of service.
    int outOfOrder(SeedSession seed) {
        Set<Integer> seen = new HashSet<>();
        int[] highest = new int[2];
        int outOfOrder = 0;
        for (int line : arrivals) {
            int qos = seed.isExactlyOnce(line) ? 1 : 0;
            if (seen.add(line) && line < highest[qos]) {
                outOfOrder++;
            }
            highest[qos] = Math.max(highest[qos], line);
        }
        return outOfOrder;
    }

    /// Arrivals of QoS 2 beyond the first.
    int twice(SeedSession seed) {
        Set<Integer> seen = new HashSet<>();
        return (int)
                arrivals.stream()
                        .filter(line -> !seen.add(line) && seed.isExactlyOnce(line))
                        .count();
    }
}
