package dev.caddis.systemtests.page;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.systemtests.ChildProcess;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `caddis run` with a status page, as a process of its own.
final class PageAgent implements AutoCloseable {

    private final Path folder;
    private final String name;
    private ChildProcess process;

    /// @param name of the device, its client id and the folder
    /// @param topics the section of the configuration
    static PageAgent start(
            Path parent,
            String name,
            String broker,
            ThrowAwayPki pki,
            int statusPort,
            List<String> topics)
            throws IOException {
        Path folder = Files.createDirectories(parent.resolve(name));
        Issued device = pki.issueDevice(name);
        warm(folder, 0);
        String text =
                """
                device: { id: %1$s, root: %2$s/root }
                brokers: [{ url: "%3$s" }]
                tls: { ca: %4$s, cert: %5$s, key: %6$s }
                session: { reconnect: { min: 500ms, max: 2s } }
                defaults: { every: 500ms, timestamp: none }
                store: { path: %2$s/session }
                status: { listen: "127.0.0.1:%7$d" }
                subscriptions:
                  - { topic: %1$s/commands/#, qos: 1, handler: log }
                  - { topic: %1$s/health, qos: 1, handler: log }
                topics:
                """
                        .formatted(
                                name,
                                folder,
                                broker,
                                pki.ca(),
                                device.certificate(),
                                device.key(),
                                statusPort);
        Files.writeString(folder.resolve("caddis.yaml"), text + String.join("\n", topics) + "\n");
        return new PageAgent(folder, name);
    }

    private PageAgent(Path folder, String name) throws IOException {
        this.folder = folder;
        this.name = name;
        this.process = run();
    }

    private ChildProcess run() throws IOException {
        return new ChildProcess(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.caddis.agent.cli.Main",
                        "run",
                        "-c",
                        folder.resolve("caddis.yaml").toString()),
                Map.of(),
                _ -> {});
    }

    /// Lets the sensors tell what the weather is at second `at`.
    void weather(double at) throws IOException {
        warm(folder, at);
    }

    private static void warm(Path folder, double at) throws IOException {
        Path sensor = Files.createDirectories(folder.resolve("root/sys/class/hwmon/hwmon0"));
        Files.writeString(sensor.resolve("name"), "bme\n");
        double temperature = 21.5 + 1.4 * Math.sin(at / 6) + 0.3 * Math.sin(at * 1.7);
        double humidity = 48 + 5 * Math.cos(at / 9) + 0.6 * Math.sin(at * 2.3);
        replace(sensor.resolve("temp1_input"), thousandths(temperature));
        replace(sensor.resolve("humidity1_input"), thousandths(humidity));
    }

    /// So that nobody reads half of it.
    private static void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String thousandths(double value) {
        return String.format(Locale.ROOT, "%d%n", Math.round(value * 100) * 10);
    }

    /// Sends a signal such as `STOP`.
    void signal(String signal) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();
    }

    void killAndStart() throws IOException {
        process.kill();
        process = run();
    }

    void kill() {
        process.kill();
    }

    String log() {
        return name + ":\n" + process.output();
    }

    @Override
    public void close() {
        process.terminate();
    }
}
