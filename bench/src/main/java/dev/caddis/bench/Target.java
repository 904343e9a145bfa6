package dev.caddis.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/// The broker under load, and the folder with the certificates for it ([ThrowAwayPki]).
record Target(String host, int port, Path pki) {

    KeyManagerFactory keyManagers() throws GeneralSecurityException, IOException {
        var keys = KeyStore.getInstance("PKCS12");
        char[] password = ThrowAwayPki.PASSWORD.toCharArray();
        try (InputStream in = Files.newInputStream(pki.resolve(ThrowAwayPki.CLIENT_STORE))) {
            keys.load(in, password);
        }
        var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        return factory;
    }

    TrustManagerFactory trustManagers() throws GeneralSecurityException, IOException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(pki.resolve(ThrowAwayPki.CA))) {
            trusted.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory;
    }
}
