package dev.caddis.bench;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A Mosquitto of our own on a free port of the loopback: a client certificate required, no limit
/// to messages in flight or queued, nothing written to disk.
final class Mosquitto implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Process process;
    private final Target target;

    private Mosquitto(Process process, Target target) {
        this.process = process;
        this.target = target;
    }

    /// @param folder empty; gets certificates, configuration and log
    /// @throws IOException when a program is missing or the broker does not come up
    static Mosquitto start(Path folder) throws IOException, InterruptedException {
        ThrowAwayPki.make(folder, HOST);
        int port = freePort();
        Path configuration = folder.resolve("mosquitto.conf");
        Files.writeString(
                configuration,
                """
                user root
                listener %d %s
                allow_anonymous true
                cafile %s
                certfile %s
                keyfile %s
                require_certificate true
                max_inflight_messages 0
                max_queued_messages 0
                persistence false
                """
                        .formatted(
                                port,
                                HOST,
                                folder.resolve(ThrowAwayPki.CA),
                                folder.resolve(ThrowAwayPki.SERVER),
                                folder.resolve(ThrowAwayPki.SERVER_KEY)));
        Path log = folder.resolve("mosquitto.log");
        Process process =
                new ProcessBuilder(program(), "-c", configuration.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        var broker = new Mosquitto(process, new Target(HOST, port, folder));
        try {
            broker.awaitListening(log);
        } catch (IOException e) {
            broker.close();
            throw e;
        }
        return broker;
    }

    Target target() {
        return target;
    }

    /// Debian keeps it where only root's PATH looks.
    private static String program() throws IOException {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "mosquitto"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() ->
                        new IOException("mosquitto is not installed; apt-get install mosquitto"))
                .toString();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitListening(Path log) throws IOException, InterruptedException {
        long until = System.nanoTime() + START_NANOS;
        while (!listens()) {
            if (process.waitFor(50, TimeUnit.MILLISECONDS) || System.nanoTime() > until) {
                throw new IOException("mosquitto did not start:\n" + Files.readString(log));
            }
        }
    }

    private boolean listens() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(target.host(), target.port()), 1000);
            return true;
        } catch (IOException e) {
            return false; // not yet
        }
    }

    @Override
    public void close() {
        process.destroy();
        awaitEnd(process, 5);
    }

    /// Waits until `process` has ended; after `seconds` it is killed.
    static void awaitEnd(Process process, long seconds) {
        process.onExit().completeOnTimeout(process, seconds, TimeUnit.SECONDS).join();
        process.destroyForcibly().onExit().join();
    }

    /// Deletes a folder and what is in it.
    static void delete(Path folder) throws IOException {
        List<Path> inside;
        try (Stream<Path> files = Files.walk(folder)) {
            inside = files.toList();
        }
        for (Path file : inside.reversed()) {
            Files.delete(file);
        }
    }
}
