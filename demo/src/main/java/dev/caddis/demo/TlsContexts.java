package dev.caddis.demo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// The JDK's TLS over the PKCS#12 files of a [ThrowAwayPki].
final class TlsContexts {
    private static final char[] PASSWORD = ThrowAwayPki.STORE_PASSWORD.toCharArray();

    private TlsContexts() {}

    static SSLContext client(Path trustStore, @Nullable Issued client) throws IOException {
        try {
            KeyManager[] keys =
                    client == null ? new KeyManager[0] : keys(client.keyStore()).getKeyManagers();
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust(trustStore).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the certificates of " + trustStore.getParent(), e);
        }
    }

    static KeyManagerFactory keys(Path keyStore) throws IOException {
        try {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(load(keyStore), PASSWORD);
            return keys;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the key store " + keyStore, e);
        }
    }

    static TrustManagerFactory trust(Path trustStore) throws IOException {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load(trustStore));
            return trust;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot use the trust store " + trustStore, e);
        }
    }

    private static KeyStore load(Path file) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
        return store;
    }
}
