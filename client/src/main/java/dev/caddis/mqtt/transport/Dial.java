package dev.caddis.mqtt.transport;

import static java.util.Objects.requireNonNull;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.IdentitySource;
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

    /// Of one host; each has the caller's deadline for a connection anew.
    private static final int ADDRESSES_MAX = 8;

    /// Who is asked for the addresses of a host; may block for minutes.
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final Endpoint endpoint;
    private final @Nullable ProxyServer proxy;
    private final @Nullable IdentitySource identity;
    private final Consumer<Phase> onPhase;
    private final Resolver resolver;
    private final TcpDiagnosis diagnosis;
    private final CompletableFuture<@Nullable Void> aborted = new CompletableFuture<>();

    /// The socket of now. Written before `aborted` is read; abort() does it the other way round.
    private volatile @Nullable Wire wire;

    /// @param proxy on the way to the broker; null: none
    /// @param identity null only for an endpoint without TLS, which does not use it
    /// @param onPhase told on the thread of `run()` as each phase begins
    public Dial(
            Endpoint endpoint,
            @Nullable ProxyServer proxy,
            @Nullable IdentitySource identity,
            Consumer<Phase> onPhase) {
        this(endpoint, proxy, identity, onPhase, InetAddress::getAllByName);
    }

    Dial(
            Endpoint endpoint,
            @Nullable ProxyServer proxy,
            @Nullable IdentitySource identity,
            Consumer<Phase> onPhase,
            Resolver resolver) {
        if (endpoint.tls() && identity == null) {
            throw new IllegalArgumentException(endpoint + " needs an identity: whom to trust");
        }
        this.endpoint = endpoint;
        this.proxy = proxy;
        this.identity = identity;
        this.onPhase = onPhase;
        this.resolver = resolver;
        this.diagnosis = new TcpDiagnosis(endpoint, proxy);
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

    /// Goes as far as the TLS handshake, hears whether the server takes our certificate, and leaves
    /// without a word of MQTT. Called once, instead of [#run()], for an endpoint with TLS.
    ///
    /// @throws DialException as `run()` does
    public void prove() throws DialException {
        try {
            LoadedIdentity loaded = load(requireNonNull(identity));
            Wire connected = reach();
            onPhase.accept(Phase.HANDSHAKING);
            SocketLink.Tls tls = handshake(connected, new TlsSetup(endpoint, loaded));
            new Proof(endpoint, tls.socket(), tls.diagnosis()).await();
            requireNotAborted(null);
        } catch (IOException e) {
            requireNotAborted(e);
            throw broken(e);
        } catch (DialException e) {
            requireNotAborted(e);
            throw e;
        } finally {
            discardWire();
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
        try {
            Wire connected = reach();
            if (loaded == null) {
                return over(connected, null);
            }
            onPhase.accept(Phase.HANDSHAKING);
            return over(connected, handshake(connected, new TlsSetup(endpoint, loaded)));
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /// A TCP connection to the broker, through the proxy if there is one.
    private Wire reach() throws DialException, IOException {
        onPhase.accept(Phase.RESOLVING);
        InetAddress[] addresses = resolve();
        onPhase.accept(Phase.CONNECTING);
        Wire connected = connect(addresses);
        if (proxy != null) {
            new Tunnel(proxy, endpoint)
                    .open(connected.getInputStream(), connected.getOutputStream());
            connected.beginsAnew();
        }
        return connected;
    }

    private DialException broken(IOException e) {
        return new DialException(
                new ConnectionFailure(
                        Kind.BROKEN, "cannot connect to " + endpoint + ": " + e.getMessage()),
                e);
    }

    private Link over(Wire connected, SocketLink.@Nullable Tls tls)
            throws IOException, DialException {
        if (endpoint.path() == null) {
            return new SocketLink(endpoint, connected, tls, null);
        }
        var webSocket =
                new WebSocket(
                        endpoint,
                        tls == null ? connected.getInputStream() : tls.socket().getInputStream(),
                        tls == null ? connected.getOutputStream() : tls.socket().getOutputStream());
        webSocket.open();
        return new SocketLink(endpoint, connected, tls, webSocket);
    }

    private LoadedIdentity load(IdentitySource named) throws DialException {
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
            return freedByAbort(
                    "caddis-dns",
                    () -> resolver.addresses(proxy == null ? endpoint.host() : proxy.host()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException problem) {
                throw new DialException(diagnosis.unknownHost(), problem);
            }
            throw unexpected(e);
        }
    }

    private Wire connect(InetAddress[] addresses) throws DialException {
        var tried = new ArrayList<TcpDiagnosis.Tried>();
        int count = Math.min(addresses.length, ADDRESSES_MAX);
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                onPhase.accept(Phase.CONNECTING);
            }
            Wire attempt = new Wire();
            wire = attempt;
            requireNotAborted(null);
            int patienceMillis = i == count - 1 ? 0 : SILENT_ADDRESS_MILLIS;
            try {
                attempt.connect(
                        new InetSocketAddress(
                                addresses[i], proxy == null ? endpoint.port() : proxy.port()),
                        patienceMillis);
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

    private SocketLink.Tls handshake(Wire connected, TlsSetup setup) throws DialException {
        var tlsDiagnosis = new TlsDiagnosis(endpoint, setup);
        SSLSocket socket;
        try {
            socket = setup.over(connected);
            socket.startHandshake();
        } catch (IOException e) {
            throw new DialException(tlsDiagnosis.handshake(e), e);
        }
        return new SocketLink.Tls(socket, tlsDiagnosis);
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
