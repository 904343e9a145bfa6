package dev.caddis.demo;

import dev.caddis.agent.identity.NewFiles;
import dev.caddis.agent.identity.Pem;
import dev.caddis.agent.identity.Store;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// The one directory a [ThrowAwayPki] writes to, and under which names.
final class PkiDirectory {

    private final NewFiles files;

    private PkiDirectory(NewFiles files) {
        this.files = files;
    }

    static PkiDirectory claim(Path path) throws IOException {
        return new PkiDirectory(NewFiles.claim(path.toAbsolutePath()));
    }

    Path path() {
        return files.folder();
    }

    void writeAuthority(X509Certificate authority) throws IOException {
        files.writePublic("ca.pem", Pem.of(authority));
        files.writeSecret("truststore.p12", Store.trusting(authority, ThrowAwayPki.STORE_PASSWORD));
    }

    Issued write(
            CertificateRequest request,
            PrivateKey key,
            X509Certificate certificate,
            X509Certificate authority)
            throws IOException {
        String stem = request.fileName();
        String password = request.keyPassword();
        return new Issued(
                files.writePublic(stem + ".pem", Pem.of(certificate)),
                files.writeSecret(
                        stem + ".key",
                        password == null ? Pem.of(key) : Pem.encrypted(key, password)),
                files.writeSecret(
                        stem + ".p12",
                        Store.of(stem, key, certificate, authority, ThrowAwayPki.STORE_PASSWORD)));
    }
}
