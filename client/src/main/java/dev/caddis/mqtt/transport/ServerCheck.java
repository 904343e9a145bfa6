package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.identity.BrokenRuleException;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Lets the JDK judge the server, and keeps what it refused: chain and reason are not in the
/// exception of the handshake.
final class ServerCheck extends X509ExtendedTrustManager {

    /// A server that was refused.
    ///
    /// @param chain the server's certificates, its own first
    /// @param onlyTheName whether the JDK has nothing against it but the host name
    record Refusal(List<X509Certificate> chain, CertificateException reason, boolean onlyTheName) {}

    private final X509ExtendedTrustManager judge;
    private volatile @Nullable Refusal refusal;

    ServerCheck(X509ExtendedTrustManager judge) {
        this.judge = judge;
    }

    /// The refusal, when the server was refused.
    @Nullable Refusal refusal() {
        return refusal;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        try {
            judge.checkServerTrusted(chain, authType, socket);
        } catch (CertificateException e) {
            throw kept(chain, authType, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        try {
            judge.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException e) {
            throw kept(chain, authType, e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        judge.checkServerTrusted(chain, authType);
    }

    private CertificateException kept(
            X509Certificate[] chain, String authType, CertificateException reason) {
        // The JDK has no type for "wrong name": it is a bare CertificateException after the path
        // was found good.
        boolean bare = reason.getClass() == CertificateException.class && reason.getCause() == null;
        refusal = new Refusal(List.of(chain), reason, bare && pathIsGood(chain, authType));
        return reason;
    }

    private boolean pathIsGood(X509Certificate[] chain, String authType) {
        try {
            judge.checkServerTrusted(chain, authType);
            return true;
        } catch (BrokenRuleException beyondThePath) {
            return true; // of which nothing is told before the name is right
        } catch (CertificateException e) {
            return false;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notAServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notAServer();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        throw notAServer();
    }

    private static CertificateException notAServer() {
        return new CertificateException("a client accepts no clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return judge.getAcceptedIssuers();
    }
}
