package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;

/// Identities in files, and how an attempt with one of them fails.
record TestIdentities(Path folder) {

    /// Trusts `ca`, has no client certificate.
    ClientIdentity trusting(Issued ca) {
        return ClientIdentity.pem(
                Pki.file(folder, "ca.pem", Pki.pem(ca.certificate())), null, null);
    }

    /// Trusts `ca`, is `device`.
    ClientIdentity of(Issued ca, Issued device) {
        return ClientIdentity.pem(
                Pki.file(folder, "ca.pem", Pki.pem(ca.certificate())),
                Pki.file(folder, "device.pem", Pki.pem(device.chain())),
                Pki.file(folder, "device.key", Pki.pem(device.key())));
    }

    /// As [#of], certificate and key in a PKCS#12 file.
    ClientIdentity pkcs12(Issued ca, Issued device) {
        String password = "larva";
        Path file = folder.resolve("device.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "device",
                    device.key(),
                    password.toCharArray(),
                    device.chain().toArray(Certificate[]::new));
            store.store(out, password.toCharArray());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return ClientIdentity.pkcs12(
                Pki.file(folder, "ca.pem", Pki.pem(ca.certificate())), file, password::toCharArray);
    }

    /// The sentence of an attempt that fails with `expected`.
    static String failure(Kind expected, Dial dial) {
        ConnectionFailure failure = assertThrows(DialException.class, dial::run).failure();
        assertThat(failure.kind()).as(failure.sentence()).isEqualTo(expected);
        return failure.sentence();
    }
}
