package dev.caddis.systemtests.doctor;

import dev.caddis.systemtests.ChildProcess;
import dev.caddis.systemtests.Programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Where a fault is staged: what is started here is gone when it closes.
final class Yard implements AutoCloseable {

    private static final int READY_SECONDS = 60;

    private final Path folder;
    private final Papers papers;
    private final String healthy;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /// @param healthy the URL of a broker at which nothing is wrong
    Yard(Path folder, Papers papers, String healthy) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.papers = papers;
        this.healthy = healthy;
    }

    Papers papers() {
        return papers;
    }

    Path folder() {
        return folder;
    }

    /// Nothing is wrong with it.
    Setting right() {
        return new Setting(healthy, papers, folder.resolve("store"));
    }

    /// At another broker.
    Setting at(int port) {
        return right().url("mqtts://localhost:" + port);
    }

    Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    <T extends AutoCloseable> T keep(T resource) {
        open.push(resource);
        return resource;
    }

    static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /// Mosquitto behind mutual TLS with these lines more.
    int broker(String... lines) throws Exception {
        return broker("server", true, lines);
    }

    /// @param server whose certificate it shows
    int broker(String server, boolean wantsCertificate, String... lines) throws Exception {
        var all = new ArrayList<String>();
        all.add("cafile " + papers.ca());
        all.add("certfile " + papers.certificate(server));
        all.add("keyfile " + papers.key(server));
        all.add("require_certificate " + wantsCertificate);
        if (wantsCertificate) {
            all.add("use_identity_as_username true");
        }
        all.addAll(List.of(lines));
        return plainBroker(all.toArray(String[]::new));
    }

    /// Mosquitto with these lines alone.
    int plainBroker(String... lines) throws Exception {
        int port = freePort();
        var all = new ArrayList<String>();
        all.add("user root");
        all.add("log_dest stderr");
        all.add("per_listener_settings false");
        if (Stream.of(lines).noneMatch(line -> line.startsWith("allow_anonymous"))) {
            all.add("allow_anonymous true");
        }
        all.add("listener " + port + " 127.0.0.1");
        all.addAll(List.of(lines));
        Path file = write("mosquitto-" + port + ".conf", String.join("\n", all) + "\n");
        program(List.of(required("mosquitto"), "-c", file.toString()), " running");
        return port;
    }

    /// Starts it and waits for a line that ends so.
    ChildProcess program(List<String> command, String ready) throws Exception {
        var is = new CompletableFuture<Boolean>();
        var process =
                new ChildProcess(
                        command,
                        Map.of(),
                        line -> {
                            if (line.endsWith(ready)) {
                                is.complete(true);
                            }
                        });
        keep(process::kill);
        process.onEnd(() -> is.complete(false));
        if (!is.get(READY_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException(command + " did not start:\n" + process.output());
        }
        return process;
    }

    /// Starts it and waits until its port is taken.
    void listening(List<String> command, int port) throws Exception {
        var process = new ChildProcess(command, Map.of(), line -> {});
        keep(process::kill);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() > end) {
                    throw new IOException(command + " does not listen:\n" + process.output(), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    /// Takes connections and says `answer` once something came; nothing when it is empty.
    int server(String answer) throws IOException {
        var server = keep(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        Thread.ofVirtual()
                .start(() -> {
                    while (!server.isClosed()) {
                        try {
                            Socket client = keep(server.accept());
                            if (!answer.isEmpty()) {
                                client.getInputStream().read();
                                client.getOutputStream()
                                        .write(answer.getBytes(StandardCharsets.UTF_8));
                                client.getOutputStream().flush();
                            }
                        } catch (IOException closed) {
                            return;
                        }
                    }
                });
        return server.getLocalPort();
    }

    /// A port whose system takes no connection any more and answers none: its queue is full.
    int silent() throws IOException {
        var server = keep(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        for (int i = 0; i < 8; i++) {
            var filling = keep(new Socket());
            try {
                filling.connect(server.getLocalSocketAddress(), 200);
            } catch (IOException full) {
                break;
            }
        }
        return server.getLocalPort();
    }

    /// A disk of its own, in memory.
    Path disk(String name, int bytes) throws IOException, InterruptedException {
        Path at = Files.createDirectories(folder.resolve(name));
        run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "caddis-doctor", at.toString());
        keep(() -> run("umount", "-l", at.toString()));
        return at;
    }

    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + said.strip());
        }
    }

    static String required(String program) {
        return Programs.find(program)
                .map(Path::toString)
                .orElseThrow(() -> new IllegalStateException(program + " is not installed"));
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while a fault was cleared away", e);
            } catch (Exception e) {
                throw new IOException("a fault could not be cleared away", e);
            }
        }
    }
}
