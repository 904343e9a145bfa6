package dev.caddis.systemtests.crash;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.systemtests.ChildProcess;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Artemis in a Java process of its own, which forces to disk what it acknowledges.
///
/// For one thread.
final class KillableArtemis implements KillableBroker {

    private static final String READY = "Artemis takes connections";
    private static final int READY_SECONDS_MAX = 180;

    private final BrokerSettings settings;
    private final Path directory;
    private @Nullable ChildProcess process; // null while stopped

    /// @param directory where it keeps sessions and messages
    KillableArtemis(BrokerSettings settings, Path directory) throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.settings = settings.port(free.getLocalPort());
        }
        this.directory = directory;
    }

    /// The process: it ends with its standard input.
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            System.err.println("usage: KillableArtemis KEYSTORE TRUSTSTORE PORT DIRECTORY");
            System.exit(2);
        }
        var settings =
                new BrokerSettings(
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Path.of(arguments[3]),
                        List.of());
        try (EmbeddedBroker broker = new EmbeddedBroker(settings)) {
            broker.start();
            System.out.println(READY);
            System.in.readAllBytes();
        }
        System.exit(0); // its own threads would go on
    }

    @Override
    public int port() {
        return settings.port();
    }

    @Override
    public void start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx768m"));
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(KillableArtemis.class.getName());
        command.addAll(List.of(settings.keyStore().toString(), settings.trustStore().toString()));
        command.addAll(List.of(String.valueOf(settings.port()), directory.toString()));
        var ready = new CompletableFuture<Boolean>();
        var starting =
                new ChildProcess(
                        command,
                        Map.of(),
                        line -> {
                            if (line.equals(READY)) {
                                ready.complete(true);
                            }
                        });
        starting.onEnd(() -> ready.complete(false));
        process = starting;
        if (!isReady(ready)) {
            kill();
            throw new IOException("Artemis did not start:\n" + starting.output());
        }
    }

    private static boolean isReady(CompletableFuture<Boolean> ready) {
        try {
            return ready.get(READY_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return false; // the caller shows what it printed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void save() {} // it always has

    @Override
    public void kill() {
        ChildProcess running = process;
        process = null;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
