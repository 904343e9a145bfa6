package dev.caddis.testkit;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// A broker that does what a test says, and nothing by itself: it listens on a free port of the
/// loopback address, and every connection is played on the test's thread.
///
/// Clients that connect before [#accept] wait in the system's queue. One thread uses a broker and
/// its connections.
public final class ScriptedBroker implements AutoCloseable {

    private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

    /// Small, so that a client whose connection stalls soon notices: the system would hold
    /// megabytes.
    private static final int RECEIVE_BUFFER_BYTES = 64 << 10;

    private final @Nullable SSLContext tls;
    private final SSLParameters tlsParameters;
    private final int port;
    private final List<BrokerConnection> connections = new ArrayList<>();
    private @Nullable ServerSocket listener;
    private Duration patience = DEFAULT_PATIENCE;

    private ScriptedBroker(@Nullable SSLContext tls, SSLParameters tlsParameters) {
        this.tls = tls;
        this.tlsParameters = tlsParameters;
        ServerSocket opened = open(0);
        this.listener = opened;
        this.port = opened.getLocalPort();
    }

    /// A broker without TLS.
    public static ScriptedBroker listen() {
        return new ScriptedBroker(null, new SSLParameters());
    }

    /// A broker with TLS, that asks for no client certificate.
    public static ScriptedBroker listen(SSLContext context) {
        return new ScriptedBroker(context, context.getDefaultSSLParameters());
    }

    /// A broker with TLS.
    ///
    /// @param parameters versions, cipher suites, and whether a client certificate is asked for
    public static ScriptedBroker listen(SSLContext context, SSLParameters parameters) {
        return new ScriptedBroker(context, parameters);
    }

    /// How long every wait may take from here on, here and on the connections accepted later; 10 s
    /// by default.
    public ScriptedBroker within(Duration patience) {
        this.patience = patience;
        return this;
    }

    /// The port, 1 to 65,535; the same for the life of this broker.
    public int port() {
        return port;
    }

    /// Where a client finds this broker: `mqtt://localhost:PORT`, or `mqtts://localhost:PORT` with
    /// TLS.
    public String url() {
        return (tls == null ? "mqtt" : "mqtts") + "://localhost:" + port;
    }

    /// Waits for the next connection; with TLS, for the end of its handshake.
    ///
    /// @throws AssertionError when none comes in time, or its handshake fails
    public BrokerConnection accept() {
        return add(handshaken(acceptSocket()), false);
    }

    /// Waits for the next connection and reads nothing from it, not even the TLS handshake: for a
    /// broker that accepts and then is silent.
    ///
    /// @throws AssertionError when none comes in time
    public BrokerConnection acceptStalled() {
        return add(acceptSocket(), true);
    }

    private BrokerConnection add(Socket socket, boolean stalled) {
        BrokerConnection connection =
                new BrokerConnection(connections.size() + 1, socket, stalled, patience);
        connections.add(connection);
        return connection;
    }

    /// Waits for the next connection and expects that its TLS handshake fails, so that nothing of
    /// MQTT was sent. In TLS 1.3 the client's refusal can come after the broker thinks that the
    /// handshake is done; that counts as well.
    ///
    /// @return what TLS says about it
    /// @throws AssertionError when none comes in time, or the client goes on
    public SSLException acceptRefused() {
        Socket socket = acceptSocket();
        try (socket) {
            Socket secured = secure(socket);
            int first = secured.getInputStream().read();
            throw new AssertionError(
                    first < 0
                            ? "the client closed the connection in order after the TLS handshake"
                            : "expected that the TLS handshake fails, and the client sent a byte of"
                                    + " MQTT");
        } catch (SSLException e) {
            return e;
        } catch (IOException e) {
            return new SSLException("the client cut the connection: " + e.getMessage(), e);
        }
    }

    /// From here on connections to the port are refused; those that stand go on.
    public void stopListening() {
        ServerSocket open = listener;
        listener = null;
        if (open != null) {
            closeOrThrow(open);
        }
    }

    /// Listens again, on the same port.
    public void listenAgain() {
        if (listener == null) {
            listener = open(port);
        }
    }

    /// Cuts every connection and stops listening. A client's last DISCONNECT needs no `expect`, nor
    /// does what follows the script's own end of a connection.
    ///
    /// @throws AssertionError when a client sent what no script expected
    @Override
    public void close() {
        stopListening();
        List<String> unexpected = new ArrayList<>();
        for (BrokerConnection connection : connections) {
            connection.finish(unexpected);
        }
        if (!unexpected.isEmpty()) {
            throw new AssertionError(
                    "the script expected less than came: " + String.join("; ", unexpected));
        }
    }

    private Socket acceptSocket() {
        ServerSocket open = requireListening();
        try {
            open.setSoTimeout((int) patience.toMillis());
            Socket socket = open.accept();
            socket.setTcpNoDelay(true);
            return socket;
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "expected connection "
                            + (connections.size() + 1)
                            + " and none came within "
                            + patience.toMillis()
                            + " ms; "
                            + before(),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerSocket requireListening() {
        if (listener == null) {
            throw new IllegalStateException("the broker does not listen; call listenAgain()");
        }
        return listener;
    }

    private String before() {
        return connections.isEmpty()
                ? "there was none before"
                : "on the last one came " + connections.get(connections.size() - 1).history();
    }

    private Socket handshaken(Socket socket) {
        try {
            return secure(socket);
        } catch (IOException e) {
            closeOrThrow(socket);
            throw new AssertionError("the TLS handshake failed: " + e.getMessage(), e);
        }
    }

    private Socket secure(Socket socket) throws IOException {
        if (tls == null) {
            return socket;
        }
        SSLSocket secured =
                (SSLSocket)
                        tls.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        secured.setUseClientMode(false);
        secured.setSSLParameters(tlsParameters);
        secured.setSoTimeout((int) patience.toMillis());
        secured.startHandshake();
        secured.setSoTimeout(0);
        return secured;
    }

    private static ServerSocket open(int port) {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen on port " + port, e);
        }
    }

    private static void closeOrThrow(Closeable open) {
        try {
            open.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
