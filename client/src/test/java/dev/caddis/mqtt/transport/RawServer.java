package dev.caddis.mqtt.transport;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// A TCP server on a free loopback port that does to each client what the test says.
final class RawServer implements AutoCloseable {

    /// What the server does with a client; the socket is closed after it.
    interface Talk {
        void with(Socket client) throws IOException;
    }

    private static final Logger LOG = System.getLogger(RawServer.class.getName());

    private final ServerSocket listener;

    private RawServer(ServerSocket listener) {
        this.listener = listener;
    }

    static RawServer start(Talk talk) throws IOException {
        RawServer server = silent();
        Thread.ofPlatform()
                .daemon()
                .name("raw-server")
                .start(() -> {
                    while (!server.listener.isClosed()) {
                        try (Socket client = server.listener.accept()) {
                            talk.with(client);
                        } catch (IOException e) {
                            LOG.log(Level.DEBUG, "a client ended; the test looks at that end", e);
                        }
                    }
                });
        return server;
    }

    /// Connects (the system does, from the backlog) and never answers.
    static RawServer silent() throws IOException {
        return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    Endpoint endpoint(boolean tls) {
        return new Endpoint(tls, "localhost", listener.getLocalPort());
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
