package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.identity.OpenSsl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// `openssl s_server` on loopback: TLS as another maker understands it.
final class OpenSslServer implements AutoCloseable {

    private final Process process;
    private final int port;

    private OpenSslServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// @param folder with `server.pem` and `server.key`
    /// @param options beside address and certificate
    /// @param log gets what it says of each connection
    static OpenSslServer start(Path folder, String options, Path log) throws IOException {
        Process process =
                OpenSsl.in(folder)
                        .builder(
                                "s_server -accept 127.0.0.1:0 -cert server.pem -key server.key "
                                        + options)
                        .redirectError(log.toFile())
                        .start();
        try {
            return new OpenSslServer(process, port(process));
        } catch (IOException | RuntimeException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    private static int port(Process process) throws IOException {
        var said =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        while (line != null && !line.startsWith("ACCEPT ")) {
            line = said.readLine();
        }
        String accepts = Objects.requireNonNull(line, "openssl s_server ended");
        return Integer.parseInt(accepts.substring(accepts.lastIndexOf(':') + 1));
    }

    Endpoint endpoint() {
        return new Endpoint(true, "localhost", port);
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
