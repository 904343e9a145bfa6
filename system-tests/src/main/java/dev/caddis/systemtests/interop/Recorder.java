package dev.caddis.systemtests.interop;

import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Passes the connections of one client on to a port of the loopback interface and writes down
/// every packet. TLS ends here, on both sides, each with the certificates that the other end
/// expects.
///
/// What it writes down is what the client saw and did, whatever happens beyond: a packet from the
/// broker is written down, then passed on; when the broker's side ends, the client's ends behind
/// the last byte, without a reset that could destroy it, and is still read until the client closes.
public final class Recorder implements AutoCloseable {
    private static final int PACKET_BYTES_MAX = 1 << 20;

    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int target;
    private final ProtocolVersion version;
    private final SSLContext asBroker;
    private final SSLContext asClient;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Seen> wire = new ArrayList<>(); // guarded by itself, as the next
    private @Nullable MalformedPacketException malformed;

    /// @param version that the client speaks
    public Recorder(Papers papers, int target, ProtocolVersion version) throws IOException {
        this.target = target;
        this.version = version;
        this.asBroker = papers.pki().clientContext(papers.server()); // the same keys and trust
        this.asClient = papers.pki().clientContext(papers.device());
        Thread.ofVirtual().start(this::takeAll);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Everything so far, one connection after the other, in the order that the client knows.
    ///
    /// @throws IllegalStateException when an end sent what is no packet
    public List<Seen> wire() {
        synchronized (wire) {
            if (malformed != null) {
                throw new IllegalStateException("no packet: " + malformed.getMessage(), malformed);
            }
            return wire.stream().sorted(Comparator.comparingInt(Seen::connection)).toList();
        }
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
            Thread.ofVirtual()
                    .start(() -> {
                        pass(connection, Sender.SERVER, broker, client);
                        endOutput(plainClient); // below TLS, as by a network that broke
                    });
            pass(connection, Sender.CLIENT, client, broker);
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

    /// Writes down what `from` sends until it ends, even when `to` takes nothing any more.
    private void pass(int connection, Sender sender, Socket from, Socket to) {
        var reader = new PacketReader(sender, version, PACKET_BYTES_MAX);
        byte[] buffer = new byte[16 << 10];
        boolean taken = true;
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                synchronized (wire) {
                    reader.feed(
                            buffer, 0, count, each -> wire.add(new Seen(connection, sender, each)));
                }
                taken = taken && write(to, Arrays.copyOf(buffer, count));
            }
        } catch (MalformedPacketException e) {
            synchronized (wire) {
                malformed = e; // told to who asks for the wire; the connection ends here
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
