package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.LoadedIdentity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

import javax.net.ssl.SSLSocket;

/// One attempt to reach the broker. [#run()] blocks on its caller's thread; [#abort()] frees it
/// from any other.
public final class Dial {

    /// How long one address may stay silent while others are left. The last one is bounded by the
    /// caller's deadline only.
    private static final int SILENT_ADDRESS_MILLIS = 3_000;

    /// Who is asked for the addresses of a host; may block for minutes.
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final Endpoint endpoint;
    private final @Nullable ClientIdentity identity;
    private final Consumer<Phase> onPhase;
    private final Resolver resolver;
    private final TcpDiagnosis diagnosis;
    private final CompletableFuture<@Nullable Void> aborted = new CompletableFuture<>();

    /// The socket of now. Written before `aborted` is read; abort() does it the other way round.
    private volatile @Nullable Wire wire;

    /// @param identity null only for an endpoint without TLS, which does not use it
    /// @param onPhase told on the thread of `run()` as each phase begins
    public Dial(Endpoint endpoint, @Nullable ClientIdentity identity, Consumer<Phase> onPhase) {
        this(endpoint, identity, onPhase, InetAddress::getAllByName);
    }

    Dial(
            Endpoint endpoint,
            @Nullable ClientIdentity identity,
            Consumer<Phase> onPhase,
            Resolver resolver) {
        if (endpoint.tls() && identity == null) {
            throw new IllegalArgumentException(endpoint + " needs an identity: whom to trust");
        }
        this.endpoint = endpoint;
        this.identity = identity;
        this.onPhase = onPhase;
        this.resolver = resolver;
        this.diagnosis = new TcpDiagnosis(endpoint);
    }

    /// Reads our files, resolves, connects to the addresses in turn, shakes hands. Called once.
    ///
    /// @return a link whose server is checked
    /// @throws DialException with the failure; after [#abort()] it is of kind ABORTED, and after an
    ///   interrupt, which is noticed between the steps and stays set: only abort() frees a step
    ///   that blocks
    public Link run() throws DialException {
        boolean done = false;
        try {
            Link link = dial();
            requireNotAborted(null);
            done = true;
            return link;
        } catch (DialException e) {
            requireNotAborted(e);
            throw e;
        } finally {
            if (!done) {
                discardWire();
            }
        }
    }

    /// Ends the attempt, and its link if there is one already. Any thread, any number of times,
    /// never blocks.
    public void abort() {
        aborted.complete(null);
        Wire open = wire;
        if (open != null) {
            open.abort();
        }
    }

    private Link dial() throws DialException {
        // Before anything goes to the network: a missing key must not become a connection without
        // one.
        LoadedIdentity loaded = endpoint.tls() && identity != null ? load(identity) : null;
        onPhase.accept(Phase.RESOLVING);
        InetAddress[] addresses = resolve();
        onPhase.accept(Phase.CONNECTING);
        Wire connected = connect(addresses);
        try {
            if (loaded == null) {
                return new SocketLink(endpoint, connected, null);
            }
        } catch (IOException e) {
            throw new DialException(
                    new ConnectionFailure(
                            Kind.BROKEN, "cannot connect to " + endpoint + ": " + e.getMessage()),
                    e);
        }
        onPhase.accept(Phase.HANDSHAKING);
        return handshake(connected, new TlsSetup(endpoint, loaded));
    }

    private LoadedIdentity load(ClientIdentity named) throws DialException {
        try {
            return freedByAbort("caddis-identity", named::load);
        } catch (ExecutionException e) {
            // A key password of the application may fail as it likes; that is no reason to stop
            // trying.
            if (e.getCause() instanceof Exception problem) {
                String sentence =
                        problem instanceof IdentityException
                                ? String.valueOf(problem.getMessage())
                                : "reading our identity failed: " + problem;
                throw new DialException(
                        new ConnectionFailure(
                                Kind.IDENTITY, "cannot connect to " + endpoint + ": " + sentence),
                        problem);
            }
            throw unexpected(e);
        }
    }

    private InetAddress[] resolve() throws DialException {
        try {
            return freedByAbort("caddis-dns", () -> resolver.addresses(endpoint.host()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException problem) {
                throw new DialException(diagnosis.unknownHost(), problem);
            }
            throw unexpected(e);
        }
    }

    private Wire connect(InetAddress[] addresses) throws DialException {
        var tried = new ArrayList<TcpDiagnosis.Tried>();
        for (int i = 0; i < addresses.length; i++) {
            Wire attempt = new Wire();
            wire = attempt;
            requireNotAborted(null);
            int patienceMillis = i == addresses.length - 1 ? 0 : SILENT_ADDRESS_MILLIS;
            try {
                attempt.connect(
                        new InetSocketAddress(addresses[i], endpoint.port()), patienceMillis);
                attempt.setTcpNoDelay(true); // the writer batches; waiting for more only delays
                return attempt;
            } catch (IOException e) {
                attempt.discard();
                requireNotAborted(e);
                tried.add(new TcpDiagnosis.Tried(addresses[i], e));
            }
        }
        throw new DialException(diagnosis.notConnected(tried), tried.getLast().failure());
    }

    private Link handshake(Wire connected, TlsSetup setup) throws DialException {
        var tlsDiagnosis = new TlsDiagnosis(endpoint, setup);
        try {
            SSLSocket socket = setup.over(connected);
            socket.startHandshake();
            return new SocketLink(endpoint, connected, new SocketLink.Tls(socket, tlsDiagnosis));
        } catch (IOException e) {
            throw new DialException(tlsDiagnosis.handshake(e), e);
        }
    }

    /// Runs `work`, which nothing can interrupt, on a thread of its own, and lets go of it on
    /// abort. A platform thread, since a name server that is silent for minutes would hold a
    /// carrier of virtual threads as long.
    private <T> T freedByAbort(String threadName, Callable<T> work)
            throws ExecutionException, DialException {
        var result = new CompletableFuture<T>();
        Thread.ofPlatform()
                .daemon()
                .name(threadName)
                .start(() -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable t) {
                        result.completeExceptionally(t);
                    }
                });
        try {
            CompletableFuture.anyOf(result, aborted).get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abort();
        }
        requireNotAborted(null);
        return result.resultNow();
    }

    private void requireNotAborted(@Nullable Exception cause) throws DialException {
        if (Thread.currentThread().isInterrupted()) {
            abort(); // a result that is there already, and a connect, do not look at interrupts
        }
        if (aborted.isDone()) {
            discardWire();
            throw new DialException(diagnosis.aborted(), cause);
        }
    }

    private void discardWire() {
        Wire open = wire;
        if (open != null) {
            open.discard();
        }
    }

    private static RuntimeException unexpected(ExecutionException e) {
        return new IllegalStateException("an attempt to connect failed unexpectedly", e.getCause());
    }
}
