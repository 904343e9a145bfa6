package dev.caddis.agent.identity;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// PKCS#12: certificates and keys under one password, in one file.
public final class Store {

    private Store() {}

    /// Trust in `authority`, alone.
    public static byte[] trusting(X509Certificate authority, String password) throws IOException {
        return store(password, store -> store.setCertificateEntry("ca", authority));
    }

    /// A key with its certificate and the issuer.
    public static byte[] of(
            String alias,
            PrivateKey key,
            X509Certificate certificate,
            X509Certificate authority,
            String password)
            throws IOException {
        return store(
                password,
                store ->
                        store.setKeyEntry(
                                alias,
                                key,
                                password.toCharArray(),
                                new Certificate[] {certificate, authority}));
    }

    /// A key with its certificate, its issuer, and trust in that issuer: all that a device needs.
    static byte[] complete(
            String alias,
            PrivateKey key,
            X509Certificate certificate,
            X509Certificate authority,
            String password)
            throws IOException {
        return store(
                password,
                store -> {
                    store.setKeyEntry(
                            alias,
                            key,
                            password.toCharArray(),
                            new Certificate[] {certificate, authority});
                    store.setCertificateEntry("trusted-ca", authority);
                });
    }

    private static byte[] store(String password, Content content) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            content.addTo(store);
            var bytes = new ByteArrayOutputStream();
            store.store(bytes, password.toCharArray());
            return bytes.toByteArray();
        } catch (GeneralSecurityException e) {
            throw new IOException("this Java runtime cannot make a PKCS#12 store", e);
        }
    }

    static List<PkiItem> items(Path path, byte[] bytes, @Nullable String password)
            throws PkiException {
        char[] characters = password == null ? new char[0] : password.toCharArray();
        var items = new ArrayList<PkiItem>();
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), characters);
            for (String alias : Collections.list(store.aliases())) {
                if (store.getKey(alias, characters) instanceof PrivateKey key) {
                    items.add(new PkiItem.Key(path, key, true));
                    addChain(path, store.getCertificateChain(alias), items);
                } else if (store.getCertificate(alias) instanceof X509Certificate trusted) {
                    items.add(new PkiItem.Certificate(path, trusted, false));
                }
            }
        } catch (UnrecoverableKeyException e) {
            throw locked(path, password, e);
        } catch (IOException | GeneralSecurityException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                throw locked(path, password, e);
            }
            throw new PkiException(
                    path + " is neither PEM nor PKCS#12, or it is damaged; make it again", e);
        }
        return items;
    }

    private static void addChain(Path path, Certificate @Nullable [] chain, List<PkiItem> items) {
        boolean first = true;
        for (Certificate each : chain == null ? new Certificate[0] : chain) {
            if (each instanceof X509Certificate certificate) {
                items.add(new PkiItem.Certificate(path, certificate, first));
                first = false;
            }
        }
    }

    private static PkiException locked(Path path, @Nullable String password, Exception cause) {
        return password == null
                ? new PkiException(
                        path
                                + " is protected by a password and none is given; write"
                                + " --password-file FILE",
                        cause)
                : PkiFile.wrongPassword(path, cause);
    }

    @FunctionalInterface
    private interface Content {
        void addTo(KeyStore store) throws GeneralSecurityException;
    }
}
