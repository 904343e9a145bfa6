package dev.caddis.systemtests;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/// The `mosquitto` broker of this machine as a child process, behind mutual TLS on a port of its
/// own.
///
/// For one test thread.
public final class Mosquitto implements AutoCloseable {
    static final String INSTALL = "install: apt-get install mosquitto mosquitto-clients";

    private static final int READY_SECONDS_MAX = 20;

    private final MosquittoSettings settings;
    private final int port;
    private final StringBuilder earlierOutput = new StringBuilder();
    private @Nullable ChildProcess process; // null while stopped

    /// Chooses a port; nothing runs before [#start].
    public Mosquitto(MosquittoSettings settings) throws IOException {
        this.settings = settings;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    /// Whether the broker and its clients are installed.
    public static boolean available() {
        return Programs.find("mosquitto").isPresent() && Programs.find("mosquitto_sub").isPresent();
    }

    /// Starts, and returns once its listener takes connections. Does nothing while running.
    ///
    /// @throws IOException when it ends or does not listen in time, with what it printed
    public void start() throws IOException {
        if (process != null) {
            return;
        }
        Files.createDirectories(settings.directory());
        Path file = settings.directory().resolve("mosquitto.conf");
        Files.writeString(file, settings.configuration(port));
        var listening = new CompletableFuture<Boolean>();
        var starting =
                new ChildProcess(
                        List.of(Programs.require("mosquitto"), "-c", file.toString()),
                        line -> {
                            if (line.endsWith(" running")) {
                                listening.complete(true);
                            }
                        });
        starting.onEnd(() -> listening.complete(false));
        process = starting;
        if (!ready(listening)) {
            kill();
            throw new IOException("mosquitto did not start on port " + port + ":\n" + log());
        }
    }

    /// SIGTERM: connections are closed, sessions saved where they are kept.
    public void stop() {
        end(ChildProcess::terminate);
    }

    /// SIGKILL: nothing is saved.
    public void kill() {
        end(ChildProcess::kill);
    }

    public int port() {
        return port;
    }

    public String url() {
        return "mqtts://localhost:" + port;
    }

    /// Everything it has logged, over all its starts.
    public String log() {
        return process == null ? earlierOutput.toString() : earlierOutput + process.output();
    }

    @Override
    public void close() {
        stop();
    }

    private void end(Consumer<ChildProcess> how) {
        ChildProcess running = process;
        if (running != null) {
            how.accept(running);
            earlierOutput.append(running.output()).append('\n');
            process = null;
        }
    }

    private boolean ready(CompletableFuture<Boolean> listening) throws IOException {
        try {
            if (!listening.get(READY_SECONDS_MAX, TimeUnit.SECONDS)) {
                return false;
            }
        } catch (TimeoutException | ExecutionException e) {
            return false; // the caller reports the log
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        try (var probe = new Socket()) {
            probe.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    (int) TimeUnit.SECONDS.toMillis(READY_SECONDS_MAX));
            return true;
        }
    }
}
