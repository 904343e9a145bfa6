package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;

/// A link over one TCP socket, with or without TLS, in a WebSocket or not.
final class SocketLink implements Link {

    private static final Logger LOG = System.getLogger(SocketLink.class.getName());

    /// TLS after its handshake, and what explains its end.
    record Tls(SSLSocket socket, TlsDiagnosis diagnosis) {}

    private final Endpoint endpoint;
    private final Wire wire;
    private final @Nullable Tls tls;
    private final @Nullable WebSocket webSocket;
    private final InputStream input;
    private final OutputStream output;
    private volatile boolean accepted;

    SocketLink(Endpoint endpoint, Wire wire, @Nullable Tls tls, @Nullable WebSocket webSocket)
            throws IOException {
        this.endpoint = endpoint;
        this.wire = wire;
        this.tls = tls;
        this.webSocket = webSocket;
        if (webSocket != null) {
            this.input = webSocket.input();
            this.output = webSocket.output();
        } else {
            this.input = tls == null ? wire.getInputStream() : tls.socket().getInputStream();
            this.output = tls == null ? wire.getOutputStream() : tls.socket().getOutputStream();
        }
    }

    @Override
    public InputStream input() {
        return input;
    }

    @Override
    public void beforeWaiting(Runnable action) throws IOException {
        wire.getInputStream().beforeWaiting(action);
    }

    @Override
    public void whenOwing(Runnable action) {
        if (webSocket != null) {
            webSocket.whenOwing(action);
        }
    }

    @Override
    public OutputStream output() {
        return output;
    }

    @Override
    public void accepted() {
        accepted = true;
        wire.accepted();
    }

    @Override
    public void abort() {
        wire.abort();
    }

    @Override
    public void close() {
        wire.endingHere();
        try {
            if (webSocket != null) {
                output.close();
            }
            if (tls != null) {
                tls.socket().shutdownOutput(); // sends close_notify
            }
            if (!wire.isOutputShutdown()) {
                wire.shutdownOutput();
            }
            // Closing with bytes unread would reset the connection, and DISCONNECT with it.
            wire.drain();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "the connection to " + endpoint + " was gone before its close", e);
        }
        wire.discard();
    }

    @Override
    public String description() {
        String way = webSocket == null ? "" : ", WebSocket";
        if (tls == null) {
            return "TCP without TLS" + way;
        }
        SSLSession session = tls.socket().getSession();
        String picked = tls.socket().getApplicationProtocol();
        return "%s, %s, server %s%s%s"
                .formatted(
                        session.getProtocol(),
                        session.getCipherSuite(),
                        server(session),
                        picked == null || picked.isEmpty() ? "" : ", ALPN " + picked,
                        way);
    }

    private static String server(SSLSession session) {
        return certificates(session)
                .findFirst()
                .map(certificate -> Text.printable(certificate.getSubjectX500Principal().getName()))
                .orElse("unknown");
    }

    @Override
    public List<X509Certificate> serverCertificates() {
        return tls == null ? List.of() : certificates(tls.socket().getSession()).toList();
    }

    private static Stream<X509Certificate> certificates(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(X509Certificate.class::cast);
        } catch (IOException e) {
            throw new IllegalStateException("the handshake ended without a server certificate", e);
        }
    }

    @Override
    public ConnectionFailure explain(@Nullable IOException cause) {
        // A stream that ends after a write failed was cut, however quietly its end is read; and a
        // writer that aborts after its failure must not make the end look like ours.
        IOException failed = wire.writeFailure();
        IOException known = failed == null || isOfTheOtherSide(cause) ? cause : failed;
        if (wire.endedHere() && !isOfTheOtherSide(known)) {
            return new ConnectionFailure(
                    Kind.ABORTED, "the connection to " + endpoint + " was ended by this side");
        }
        if (!accepted && tls != null) {
            Optional<ConnectionFailure> certificate = tls.diagnosis().ourCertificate(known);
            if (certificate.isPresent()) {
                return certificate.get();
            }
        }
        return end(known);
    }

    /// Whether `cause` came from the network even if this side ended the link as well.
    private static boolean isOfTheOtherSide(@Nullable IOException cause) {
        return cause != null
                && (IoReason.alert(cause).isPresent() || IoReason.kind(cause) != Kind.BROKEN);
    }

    private ConnectionFailure end(@Nullable IOException cause) {
        if (cause == null) {
            String said = webSocket == null ? null : webSocket.closed();
            return failure(
                    Kind.CLOSED, said == null ? "the broker closed it" + perhapsTls() : said);
        }
        Optional<String> alert = IoReason.alert(cause);
        if (alert.isPresent()) {
            return failure(
                    Kind.TLS_ALERT,
                    "the broker sent TLS alert " + alert.get() + "; its log says why");
        }
        Kind kind = IoReason.kind(cause);
        return switch (kind) {
            case CLOSED -> failure(kind, "the broker closed it" + perhapsTls());
            case RESET ->
                    failure(
                            kind,
                            "it was reset, by the broker or something between; see the broker's"
                                    + " log"
                                    + perhapsTls());
            case TIMED_OUT -> failure(kind, "the broker no longer answers; check the network");
            case UNREACHABLE ->
                    failure(kind, "there is no route to the broker any more; check the network");
            default -> failure(kind, Text.printable(cause.getMessage()));
        };
    }

    /// A server that awaits a TLS handshake says nothing to a CONNECT and hangs up.
    private String perhapsTls() {
        return tls == null && !accepted && !wire.received()
                ? "; if this port speaks TLS, write " + (webSocket == null ? "mqtts://" : "wss://")
                : "";
    }

    private ConnectionFailure failure(Kind kind, String reason) {
        String suspicion = accepted || tls == null ? "" : tls.diagnosis().suspicion();
        return new ConnectionFailure(
                kind,
                (accepted
                                        ? "the connection to %s ended: %s"
                                        : "cannot connect to %s: the connection ended before the"
                                                + " broker accepted it: %s")
                                .formatted(endpoint, reason)
                        + suspicion);
    }
}
