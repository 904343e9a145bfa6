package dev.caddis.agent.status;

import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/// The certificate the status page shows, as its files have it now: when they change, the next
/// handshake has the new one. What cannot be used is told once, and the one before stays.
///
/// Any thread may use it.
final class PageIdentity extends X509ExtendedKeyManager {

    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

    private final ClientIdentity files;
    private String seen; // what the files held when they were looked at last
    private Pair now;
    private Pair before; // for the handshakes that began with it

    /// A certificate with its key.
    ///
    /// @param alias what TLS knows it by
    private record Pair(String alias, X509ExtendedKeyManager keys) {

        static Pair load(String alias, ClientIdentity files) throws IdentityException {
            return new Pair(alias, files.load().keyManager().orElseThrow());
        }
    }

    private PageIdentity(ClientIdentity files) throws IdentityException {
        this.files = files;
        this.seen = files.fingerprint();
        this.now = Pair.load(seen, files);
        this.before = now;
    }

    /// A TLS context that shows the certificate in the files of `access`.
    ///
    /// @throws IOException when the files cannot be used; the message says why
    static SSLContext context(StatusSettings.Access access) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            var identity = new PageIdentity(access.identity());
            context.init(new KeyManager[] {identity}, null, null);
            return context;
        } catch (IdentityException e) {
            throw new IOException(e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot make a TLS context", e);
        }
    }

    private synchronized Pair newest() {
        String present = files.fingerprint();
        if (!present.equals(seen)) {
            seen = present;
            try {
                Pair next = Pair.load(present, files);
                before = now;
                now = next;
                LOG.info("status page: the certificate is a new one");
            } catch (IdentityException e) {
                LOG.warn("status page: the certificate before stays, since {}", e.getMessage());
            }
        }
        return now;
    }

    private synchronized X509ExtendedKeyManager keys(String alias) {
        return (before.alias().equals(alias) ? before : now).keys();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Pair pair = newest();
        String alias = pair.alias();
        return pair.keys().getPrivateKey(alias).getAlgorithm().equals(algorithm(keyType))
                ? alias
                : null;
    }

    /// `EC_RSA` and the like of old cipher suites name the CA's key behind the server's own.
    private static String algorithm(String keyType) {
        int end = keyType.indexOf('_');
        return end < 0 ? keyType : keyType.substring(0, end);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return keys(alias).getCertificateChain(alias);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return keys(alias).getPrivateKey(alias);
    }

    @Override
    public synchronized String @Nullable [] getServerAliases(
            String keyType, Principal @Nullable [] issuers) {
        return new String[] {now.alias()};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null; // a server is never a client
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
