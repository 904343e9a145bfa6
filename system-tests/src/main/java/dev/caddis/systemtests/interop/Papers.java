package dev.caddis.systemtests.interop;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;
import dev.caddis.mqtt.identity.ClientIdentity;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

/// Throw-away certificates for one broker and the clients that try it.
///
/// @param server the broker's
/// @param device of a client that it accepts
/// @param stranger of a client that it must refuse: another authority issued it
/// @param serverAndTrust the broker's certificate and key, and the authority it accepts, in one
///   PKCS#12 file opened by [ThrowAwayPki#STORE_PASSWORD]
public record Papers(
        ThrowAwayPki pki, Issued server, Issued device, Issued stranger, Path serverAndTrust) {

    public static Papers in(Path directory) throws IOException {
        var pki = ThrowAwayPki.create(directory.resolve("pki"));
        Issued server = pki.issueServer();
        return new Papers(
                pki,
                server,
                pki.issueDevice("device"),
                pki.strangers().issueDevice("stranger"),
                withTrust(server, pki, directory.resolve("server-and-trust.p12")));
    }

    public ClientIdentity identity() {
        return ClientIdentity.pem(pki.ca(), device.certificate(), device.key());
    }

    public ClientIdentity strangersIdentity() {
        return ClientIdentity.pem(pki.ca(), stranger.certificate(), stranger.key());
    }

    public ClientIdentity withoutCertificate() {
        return ClientIdentity.pem(pki.ca(), null, null);
    }

    private static Path withTrust(Issued server, ThrowAwayPki pki, Path file) throws IOException {
        char[] password = ThrowAwayPki.STORE_PASSWORD.toCharArray();
        try (InputStream keys = Files.newInputStream(server.keyStore());
                InputStream authority = Files.newInputStream(pki.ca());
                OutputStream out = Files.newOutputStream(file)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(keys, password);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(authority));
            store.store(out, password);
            return file;
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot write the key store " + file, e);
        }
    }
}
