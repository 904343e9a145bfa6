package dev.caddis.systemtests;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A network that can fail, between a client and a broker on the loopback interface: bytes pass
/// unchanged until it is told otherwise.
///
/// Each connection is carried by virtual threads of its own; any thread may call.
public final class CuttingProxy implements AutoCloseable {
    private static final int CONNECT_MILLIS_MAX = 5_000;
    private static final Duration END_AT_MOST = Duration.ofSeconds(10);

    private final InetSocketAddress target;
    private final int port;
    private final Gate gate = new Gate();
    private volatile Weather weather = Weather.FINE;
    private final AtomicInteger accepted = new AtomicInteger();
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private @Nullable Listener listener; // guarded by this; null while refusing
    private boolean closed; // guarded by this

    /// Listens on a free port of the loopback interface for connections to `targetPort` there.
    public CuttingProxy(int targetPort) throws IOException {
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
        this.port = listen(0);
    }

    public int port() {
        return port;
    }

    /// Connections taken so far.
    public int accepted() {
        return accepted.get();
    }

    /// Connections open now.
    public int open() {
        return links.size();
    }

    /// Resets every connection, both ends, at once; new ones are taken as before.
    ///
    /// @return how many were cut
    public int cut() {
        List<Link> now = List.copyOf(links);
        now.forEach(Link::reset);
        return now.size();
    }

    /// From now on the network is like this.
    public void weather(Weather next) {
        weather = next;
    }

    /// From now on new connections are refused by the kernel. Open ones go on.
    public synchronized void refuse() throws IOException {
        Listener open = listener;
        listener = null;
        if (open != null) {
            open.close();
        }
    }

    /// Takes connections again, on the same port.
    public synchronized void accept() throws IOException {
        if (closed) {
            throw new IllegalStateException("the proxy on port " + port + " is closed");
        }
        if (listener == null) {
            listen(port);
        }
    }

    /// From now on nothing passes and nothing is closed, as if the cable were pulled: new
    /// connections open and stay silent.
    public void blackhole() {
        gate.shut();
    }

    /// Ends the black hole; what was held back passes.
    public void pass() {
        gate.open();
    }

    /// Refuses, and resets what is open. No thread is left when this returns.
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            refuse();
        }
        cut();
        gate.open();
        for (Link link : List.copyOf(links)) {
            link.awaitEnd();
        }
    }

    private synchronized int listen(int onPort) throws IOException {
        var socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort), 1024);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        Thread acceptor = Thread.ofVirtual().start(() -> takeAll(socket));
        listener = new Listener(socket, acceptor);
        return socket.getLocalPort();
    }

    private void takeAll(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                take(socket.accept());
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    /// A connection whose target refuses is reset, which is what its client would see without the
    /// proxy.
    private void take(Socket client) {
        accepted.incrementAndGet();
        var link = new Link(client, gate, () -> weather, links::remove);
        links.add(link);
        link.start(target, CONNECT_MILLIS_MAX);
    }

    /// @param acceptor waits in `accept`; the port is free only once it has left
    private record Listener(ServerSocket socket, Thread acceptor) {
        void close() throws IOException {
            socket.close();
            try {
                if (!acceptor.join(END_AT_MOST)) {
                    throw new IOException("the proxy still listens on " + socket);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while closing " + socket, e);
            }
        }
    }
}
