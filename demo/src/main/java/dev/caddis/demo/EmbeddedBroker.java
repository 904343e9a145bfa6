package dev.caddis.demo;

import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ActiveMQServers;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Apache Artemis in this process: MQTT 5.0 and 3.1.1 over TLS on the loopback interface, for
/// whoever shows a client certificate.
///
/// In memory, [#stop] forgets every session, subscription and message, like a broker whose disk was
/// lost. With a directory it keeps sessions, subscriptions, retained messages and queued QoS 1 and
/// 2 messages, each forced to disk before it is acknowledged. It bounds nothing and drops nothing,
/// so that what is missing after a test was lost by the client.
///
/// Any thread may call; calls take turns.
public final class EmbeddedBroker implements AutoCloseable {
    private static final long ACTIVATION_SECONDS_MAX = 30;

    private final BrokerSettings settings;
    private int port; // what the first start was given; the same for every later start
    private @Nullable ActiveMQServer server; // null while stopped; a new one for each start

    public EmbeddedBroker(BrokerSettings settings) {
        this.settings = settings;
        this.port = settings.port();
    }

    /// Starts, and returns once the listener accepts connections. Does nothing while running.
    ///
    /// @throws IOException when the port is taken, a key store cannot be read or the directory
    ///   cannot be written; nothing runs then
    public synchronized void start() throws IOException {
        if (server != null) {
            return;
        }
        ActiveMQServer starting = null;
        try {
            starting =
                    ActiveMQServers.newActiveMQServer(
                            ArtemisConfiguration.of(settings, port),
                            null,
                            settings.directory() != null);
            activate(starting);
            port = boundPort(starting);
            server = starting;
        } catch (Exception e) {
            throw notStarted(starting, e);
        }
    }

    /// Closes the listener and every connection, at once and without farewell, and ends the
    /// broker's threads. Does nothing while stopped.
    public synchronized void stop() throws IOException {
        ActiveMQServer running = server;
        if (running == null) {
            return;
        }
        server = null;
        try {
            running.stop(false, true);
        } catch (Exception e) {
            throw new IOException(
                    "the embedded broker on port " + port + " did not stop cleanly", e);
        }
    }

    /// The port on 127.0.0.1, the same after [#stop] and another [#start].
    ///
    /// @throws IllegalStateException before the first start when the settings asked for a free port
    public synchronized int port() {
        if (port == 0) {
            throw new IllegalStateException(
                    "the embedded broker has no port before its first start; call start()");
        }
        return port;
    }

    /// Where clients find it, such as `mqtts://localhost:8883`.
    public String url() {
        return "mqtts://localhost:" + port();
    }

    public synchronized boolean running() {
        return server != null;
    }

    @Override
    public void close() throws IOException {
        stop();
    }

    /// Artemis swallows what goes wrong while it starts and tells only its log and a listener: here
    /// that is a failed start.
    private static void activate(ActiveMQServer server) throws Exception {
        var failure = new AtomicReference<@Nullable Exception>();
        server.registerActivationFailureListener(failure::set);
        server.start();
        Exception cause = failure.get();
        if (cause != null) {
            throw cause;
        }
        if (!server.waitForActivation(ACTIVATION_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IOException("not active after " + ACTIVATION_SECONDS_MAX + " s");
        }
    }

    private static int boundPort(ActiveMQServer server) throws IOException {
        if (server.getRemotingService().getAcceptor(ArtemisConfiguration.LISTENER)
                        instanceof NettyAcceptor acceptor
                && acceptor.isStarted()
                && acceptor.getActualPort() > 0) {
            return acceptor.getActualPort();
        }
        throw new IOException("its listener did not open");
    }

    private IOException notStarted(@Nullable ActiveMQServer starting, Exception cause) {
        var failure =
                new IOException(
                        "the embedded broker did not start on 127.0.0.1:"
                                + port
                                + ": "
                                + cause.getMessage()
                                + ". Choose another port, or 0 for a free one",
                        cause);
        try {
            if (starting != null) {
                starting.stop(false, true);
            }
        } catch (Exception e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
