package dev.caddis.systemtests;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One connection through a [CuttingProxy]: two sockets and a [Stretch] for each direction.
final class Link {
    private static final int END_SECONDS_MAX = 10;

    private final Socket client;
    private final Socket broker = new Socket();
    private final Gate gate;
    private final Supplier<Weather> weather;
    private final Consumer<Link> onEnd;
    private final AtomicInteger directionsLeft = new AtomicInteger(2);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean cut;

    Link(Socket client, Gate gate, Supplier<Weather> weather, Consumer<Link> onEnd) {
        this.client = client;
        this.gate = gate;
        this.weather = weather;
        this.onEnd = onEnd;
    }

    void start(InetSocketAddress target, int connectMillisMax) {
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        passGate();
                        broker.connect(target, connectMillisMax);
                        client.setTcpNoDelay(true);
                        broker.setTcpNoDelay(true);
                    } catch (IOException | InterruptedException e) {
                        // The target is away or we were cut first: the client sees a reset.
                        reset();
                    }
                    Thread.ofVirtual().start(() -> carry(broker, client, false));
                    carry(client, broker, true);
                });
    }

    /// What a cut finds waiting at the gate goes nowhere.
    private void passGate() throws IOException, InterruptedException {
        gate.passThrough(() -> cut);
        if (cut) {
            throw new SocketException("the connection was cut");
        }
    }

    /// Both ends see RST, not an orderly end.
    void reset() {
        cut = true;
        close(client, true);
        close(broker, true);
        gate.wake();
    }

    void awaitEnd() {
        try {
            if (!ended.await(END_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IllegalStateException("a connection of the proxy did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry(Socket from, Socket to, boolean toBroker) {
        var stretch = new Stretch(from, to, weather, toBroker);
        Thread reading =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                stretch.read();
                            } catch (IOException | InterruptedException e) {
                                reset();
                            }
                        });
        try {
            stretch.write(this::passGate);
        } catch (IOException | InterruptedException e) {
            // One end broke or we were cut: so breaks the other.
            reset();
        } finally {
            reading.interrupt();
            endOneDirection();
        }
    }

    private void endOneDirection() {
        if (directionsLeft.decrementAndGet() == 0) {
            close(client, false);
            close(broker, false);
            onEnd.accept(this);
            ended.countDown();
        }
    }

    private static void close(Socket socket, boolean byReset) {
        try {
            if (byReset && !socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // Closed already, by the other direction or its peer: that is what was wanted.
            assert socket.isClosed();
        }
    }
}
