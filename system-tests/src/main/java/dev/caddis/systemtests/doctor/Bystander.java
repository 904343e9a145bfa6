package dev.caddis.systemtests.doctor;

import dev.caddis.systemtests.ChildProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// `caddis run`, which publishes ten times a second beside the doctor, and who listens to it.
final class Bystander implements AutoCloseable {

    private static final Pattern TIME = Pattern.compile("\"ts\":\"([^\"]+)\"");
    private static final Pattern ACKNOWLEDGED = Pattern.compile("stopped: .*acknowledged ([0-9]+)");

    private final Path folder;
    private final ChildProcess observer;
    private final Process agent;
    private final Set<String> times = new ConcurrentSkipListSet<>();
    private final AtomicLong arrived = new AtomicLong();
    private final AtomicLong strange = new AtomicLong();

    Bystander(Path folder, Papers papers, int port) throws Exception {
        this.folder = Files.createDirectories(folder);
        observer =
                new ChildProcess(
                        List.of(
                                Yard.required("stdbuf"),
                                "-oL",
                                Yard.required("mosquitto_sub"),
                                "-h",
                                "localhost",
                                "-p",
                                String.valueOf(port),
                                "--cafile",
                                papers.ca().toString(),
                                "--cert",
                                papers.certificate("observer").toString(),
                                "--key",
                                papers.key("observer").toString(),
                                "-i",
                                "observer",
                                "-q",
                                "1",
                                "-t",
                                "pump-17/data"),
                        Map.of(),
                        this::onMessage);
        Path file = folder.resolve("caddis.yaml");
        Files.writeString(
                file,
                """
                device: { id: pump-17 }
                brokers:
                  - url: mqtts://localhost:%d
                tls: { ca: %s, cert: %s, key: %s }
                defaults: { every: 100ms, qos: 1 }
                topics:
                  pump-17/data: { load: /system/load/1m }
                subscriptions:
                  - { topic: "pump-17/commands/#", qos: 1, handler: log }
                store: { path: %s, max_size: 16MB, min_free_disk: 0B }
                """
                        .formatted(
                                port, papers.ca(), papers.device(), papers.deviceKey(), store()));
        agent =
                new ProcessBuilder(Examination.caddis("run", "-c", file.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile())
                        .start();
    }

    Path store() {
        return folder.resolve("store");
    }

    Path configuration() {
        return folder.resolve("caddis.yaml");
    }

    private Path log() {
        return folder.resolve("agent.log");
    }

    private void onMessage(String payload) {
        arrived.incrementAndGet();
        Matcher time = TIME.matcher(payload);
        if (!time.find() || !times.add(time.group(1))) {
            strange.incrementAndGet();
        }
    }

    /// Waits until its messages arrive.
    void awaitFirst() throws IOException, InterruptedException {
        long end = System.nanoTime() + 60_000_000_000L;
        while (arrived.get() == 0) {
            if (System.nanoTime() > end || !agent.isAlive()) {
                throw new IOException("the agent publishes nothing: " + Files.readString(log()));
            }
            Thread.sleep(50);
        }
    }

    /// Stops the agent, and says what is wrong with what it did; "": nothing.
    String verdict() throws IOException, InterruptedException {
        agent.destroy(); // SIGTERM
        int exitCode = agent.waitFor();
        String log = Files.readString(log());
        Matcher acknowledged = ACKNOWLEDGED.matcher(log);
        if (exitCode != 0 || !acknowledged.find()) {
            return "the agent ended with exit code " + exitCode + ":\n" + log;
        }
        long said = Long.parseLong(acknowledged.group(1));
        long end = System.nanoTime() + 10_000_000_000L;
        while (arrived.get() < said && System.nanoTime() < end) {
            Thread.sleep(50);
        }
        Set<String> wrong =
                log.lines()
                        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                        .filter(line -> !line.contains("samples were missed")) // a busy machine
                        .collect(Collectors.toCollection(TreeSet::new));
        long connects = log.lines().filter(line -> line.contains("connected to")).count();
        if (!wrong.isEmpty() || connects != 1) {
            return "the agent connected " + connects + " times, and says: " + wrong;
        }
        return arrived.get() == said && strange.get() == 0
                ? ""
                : "%d messages were acknowledged, %d arrived, %d of them were not the agent's"
                        .formatted(said, arrived.get(), strange.get());
    }

    long arrived() {
        return arrived.get();
    }

    @Override
    public void close() {
        agent.destroyForcibly();
        observer.kill();
    }
}
