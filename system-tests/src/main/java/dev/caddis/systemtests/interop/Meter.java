package dev.caddis.systemtests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Passes connections on to a port of the loopback interface and counts their bytes.
public final class Meter implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong toBroker = new AtomicLong();
    private final AtomicLong toClient = new AtomicLong();

    public Meter(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::takeAll);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /// Bytes that clients have sent so far, TLS included.
    public long toBroker() {
        return toBroker.get();
    }

    /// Bytes that the broker has sent so far, TLS included.
    public long toClient() {
        return toClient.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private void takeAll() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                sockets.add(client);
                Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.add(broker);
                Thread.ofVirtual().start(() -> carry(client, broker, toBroker));
                Thread.ofVirtual().start(() -> carry(broker, client, toClient));
            } catch (IOException e) {
                return; // closed, or the broker is gone: no more connections
            }
        }
    }

    /// What cannot be carried on ends both sockets: each end sees its peer go.
    private static void carry(Socket from, Socket to, AtomicLong counter) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 << 10];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                counter.addAndGet(count);
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            assert from.isClosed() && to.isClosed();
        }
    }
}
