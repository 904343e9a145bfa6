package dev.caddis.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A million messages of 200 bytes in the outbox of a durable session while the broker is away,
/// then with it: the heap that lives, the time to the first PUBLISH, the rate of draining.
final class DeepQueue {

    private static final int STARTS = 5;
    private static final String EMPTY = "empty";
    private static final String DEEP = "deep";

    private final Target broker;
    private final Target nobody;
    private final Path folder;

    private DeepQueue(Target broker, Target nobody, Path folder) {
        this.broker = broker;
        this.nobody = nobody;
        this.folder = folder;
    }

    public static void main(String[] arguments) throws Exception {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
        Path folder = Files.createTempDirectory("caddis-bench");
        int port = Mosquitto.freePort(); // nobody listens there
        try (Mosquitto mosquitto = Mosquitto.start(folder)) {
            Target broker = mosquitto.target();
            new DeepQueue(broker, new Target(broker.host(), port, broker.pki()), folder)
                    .run(messages);
        } finally {
            Mosquitto.delete(folder);
        }
    }

    private void run(int messages) throws IOException, InterruptedException {
        long[] heap = life("fill", nobody, DEEP, messages);
        long bytes = bytes(folder.resolve(DEEP));
        System.out.printf(
                Locale.ROOT,
                "%,d messages wait: heap %.1f MB, with one %.1f MB; %.1f MB on the disk, %d bytes a"
                        + " message%n",
                messages,
                heap[1] / 1e6,
                heap[0] / 1e6,
                bytes / 1e6,
                bytes / messages);
        long[] empty = new long[STARTS];
        long[] deep = new long[STARTS];
        for (int start = 0; start < STARTS; start++) {
            empty[start] = life("first", broker, EMPTY + start, 1)[0];
            deep[start] = life("first", broker, DEEP, 0)[0];
        }
        System.out.printf(
                Locale.ROOT,
                "first PUBLISH of a fresh process: %d ms with all that wait, %d ms with one;"
                        + " medians of %d%n",
                median(deep),
                median(empty),
                STARTS);
        long[] drained = life("drain", broker, DEEP, 0);
        double rate = drained[0] * 1e9 / drained[1];
        System.out.printf(Locale.ROOT, "drained: %,d messages, %,.0f a second%n", drained[0], rate);
        System.out.printf(
                Locale.ROOT,
                "figures: %d %d %.0f%n",
                heap[1] - heap[0],
                median(deep) - median(empty),
                rate);
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static long bytes(Path session) throws IOException {
        long bytes = 0;
        try (var files = Files.list(session)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private long[] life(String what, Target target, String session, int messages)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(DeepQueueLife.class.getName(), what, target.host()));
        command.addAll(List.of(String.valueOf(target.port()), target.pki().toString()));
        command.addAll(List.of(folder.resolve(session).toString(), String.valueOf(messages)));
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = process.inputReader().readLine();
        int status = process.waitFor();
        if (line == null || status != 0) {
            throw new IOException(what + " ended with " + status + ", and said: " + line);
        }
        return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }
}
