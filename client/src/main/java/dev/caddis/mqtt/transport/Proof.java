package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.time.Duration;

import javax.net.ssl.SSLSocket;

/// Whether a server that shook hands with us also takes our certificate.
///
/// In TLS 1.2 the end of the handshake says so. In TLS 1.3 our side of the handshake is over before
/// the server has looked at the certificate, so it is asked once more: we end the connection in
/// order, and a server that refuses us has sent its alert before it reads that end.
final class Proof {

    private static final Logger LOG = System.getLogger(Proof.class.getName());

    /// How long a server is listened to before the end is said. One that hangs up without an alert
    /// refuses us, if it does so before it has heard of an end.
    private static final Duration REFUSAL = Duration.ofMillis(500);

    private static final Duration END = Duration.ofSeconds(5);

    private final Endpoint endpoint;
    private final SSLSocket socket;
    private final TlsDiagnosis diagnosis;

    Proof(Endpoint endpoint, SSLSocket socket, TlsDiagnosis diagnosis) {
        this.endpoint = endpoint;
        this.socket = socket;
        this.diagnosis = diagnosis;
    }

    /// Returns once the server has not refused us.
    void await() throws DialException {
        if (!socket.getSession().getProtocol().equals("TLSv1.3")) {
            return;
        }
        try {
            if (isQuiet()) {
                socket.shutdownOutput(); // close_notify
                hearTheEnd();
            }
        } catch (IOException e) {
            throw new DialException(refusal(e), e);
        }
    }

    /// @return whether it may still have something to say
    private boolean isQuiet() throws IOException, DialException {
        socket.setSoTimeout((int) REFUSAL.toMillis());
        try {
            if (input().read() < 0) {
                throw new DialException(refusal(null), null);
            }
            return false; // it talks to us
        } catch (SocketTimeoutException quiet) {
            return true;
        }
    }

    /// An alert is a refusal; any other end, or none, is not.
    private void hearTheEnd() throws IOException {
        socket.setSoTimeout((int) END.toMillis());
        try {
            input().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            if (IoReason.alert(e).isPresent()) {
                throw e;
            }
            LOG.log(Level.DEBUG, "an end of its own kind, and no refusal", e);
        }
    }

    private InputStream input() throws IOException {
        return socket.getInputStream();
    }

    private ConnectionFailure refusal(@Nullable IOException cause) {
        return diagnosis
                .ourCertificate(cause)
                .orElseGet(() ->
                        new ConnectionFailure(
                                Kind.CLIENT_CERTIFICATE_REFUSED,
                                "cannot connect to "
                                        + endpoint
                                        + ": the server ended the connection right after the TLS"
                                        + " handshake"
                                        + diagnosis.suspicion()));
    }
}
