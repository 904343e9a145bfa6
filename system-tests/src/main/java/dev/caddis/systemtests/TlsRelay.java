package dev.caddis.systemtests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Passes the connections of one client on to a port of the loopback interface and shows every
/// byte. TLS ends here, on both sides, each with the certificates that the other end expects.
///
/// What it shows is what the client saw and did, whatever happens beyond: bytes from the broker are
/// shown, then passed on; when the broker's side ends, the client's ends behind the last byte,
/// without a reset that could destroy it, and is still read until the client closes.
public final class TlsRelay implements AutoCloseable {

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int target;
    private final SSLContext asBroker;
    private final SSLContext asClient;
    private final Spectator spectator;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    /// Sees connections begin, and what passes on them.
    public interface Spectator {

        /// @param connection counted from 1
        /// @return who sees what the client sends, and who sees what the broker sends
        Ends connection(int connection);
    }

    /// Both directions of one connection, each on a thread of its own.
    public record Ends(Eye client, Eye broker) {}

    /// Sees one direction.
    @FunctionalInterface
    public interface Eye {

        /// @param buffer of which the first `count` bytes are new
        /// @throws IOException when this connection is to end
        void saw(byte[] buffer, int count) throws IOException;
    }

    /// Listens on a free port.
    ///
    /// @param asBroker what clients are shown, and whom they have to be
    /// @param asClient the same towards the broker
    public TlsRelay(int target, SSLContext asBroker, SSLContext asClient, Spectator spectator)
            throws IOException {
        this.target = target;
        this.asBroker = asBroker;
        this.asClient = asClient;
        this.spectator = spectator;
        Thread.ofVirtual().start(this::takeAll);
    }

    public int port() {
        return listener.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void takeAll() {
        for (int number = 1; !listener.isClosed(); number++) {
            int connection = number;
            try {
                Socket client = keep(listener.accept());
                Thread.ofVirtual().start(() -> carry(connection, client));
            } catch (IOException e) {
                return; // closed: no more connections
            }
        }
    }

    private Socket keep(Socket socket) throws IOException {
        sockets.add(socket);
        socket.setTcpNoDelay(true);
        return socket;
    }

    private void carry(int connection, Socket plainClient) {
        try (plainClient;
                Socket plainBroker = keep(new Socket(InetAddress.getLoopbackAddress(), target))) {
            SSLSocket client = secured(asBroker, plainClient, false);
            client.setNeedClientAuth(true);
            SSLSocket broker = secured(asClient, plainBroker, true);
            Ends ends = spectator.connection(connection);
            Thread.ofVirtual()
                    .start(() -> {
                        pass(ends.broker(), broker, client);
                        endOutput(plainClient); // below TLS, as by a network that broke
                    });
            pass(ends.client(), client, broker);
            broker.close(); // in order, where the client did so
        } catch (IOException e) {
            assert plainClient.isClosed(); // the broker is gone: so is the connection
        }
    }

    private static SSLSocket secured(SSLContext context, Socket plain, boolean clientMode)
            throws IOException {
        var socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, "localhost", plain.getPort(), true);
        socket.setUseClientMode(clientMode);
        return socket;
    }

    private static void endOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            assert socket.isClosed() || socket.isOutputShutdown(); // the client went first
        }
    }

    /// Shows what `from` sends until it ends, even when `to` takes nothing any more.
    private static void pass(Eye eye, Socket from, Socket to) {
        byte[] buffer = new byte[16 << 10];
        boolean taken = true;
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                eye.saw(buffer, count);
                taken = taken && write(to, Arrays.copyOf(buffer, count));
            }
        } catch (IOException e) {
            return; // that is an end too
        }
    }

    private static boolean write(Socket to, byte[] bytes) {
        try {
            OutputStream out = to.getOutputStream();
            out.write(bytes);
            return true;
        } catch (IOException e) {
            return false; // that side has ended
        }
    }
}
