package dev.caddis.systemtests.ways;

import dev.caddis.systemtests.ChildProcess;
import dev.caddis.systemtests.Programs;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// tinyproxy and microsocks on ports of their own, both with a user name and a password.
final class Proxies implements AutoCloseable {

    static final String USER = "pump";
    static final String PASSWORD = "larva";

    private static final long READY_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);

    final int httpPort = freePort();
    final int socksPort = freePort();
    private final ChildProcess http;
    private final ChildProcess socks;

    Proxies(Path folder) throws IOException {
        Path configuration =
                Files.writeString(
                        folder.resolve("tinyproxy.conf"),
                        """
                        Port %d
                        Listen 127.0.0.1
                        Timeout 600
                        MaxClients 10
                        BasicAuth %s %s
                        """
                                .formatted(httpPort, USER, PASSWORD));
        http = started(httpPort, "tinyproxy", "-d", "-c", configuration.toString());
        socks =
                started(
                        socksPort,
                        "microsocks",
                        "-i",
                        "127.0.0.1",
                        "-p",
                        String.valueOf(socksPort),
                        "-u",
                        USER,
                        "-P",
                        PASSWORD);
    }

    static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static ChildProcess started(int port, String program, String... arguments)
            throws IOException {
        String path =
                Programs.find(program)
                        .map(Path::toString)
                        .orElseThrow(() ->
                                new IOException(
                                        program + " is not installed; apt-get install " + program));
        var command = new java.util.ArrayList<String>(List.of(path));
        command.addAll(List.of(arguments));
        var process = new ChildProcess(command, line -> {});
        awaitListening(port, process);
        return process;
    }

    private static void awaitListening(int port, ChildProcess process) throws IOException {
        long begin = System.nanoTime();
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (System.nanoTime() - begin > READY_NANOS_MAX) {
                    process.kill();
                    throw new IOException("nothing listens: " + process.output(), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        }
    }

    @Override
    public void close() {
        http.kill();
        socks.kill();
    }
}
