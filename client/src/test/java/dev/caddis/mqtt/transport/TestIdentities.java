package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import java.nio.file.Path;

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

    /// The sentence of an attempt that fails with `expected`.
    static String failure(Kind expected, Dial dial) {
        ConnectionFailure failure = assertThrows(DialException.class, dial::run).failure();
        assertThat(failure.kind()).as(failure.sentence()).isEqualTo(expected);
        return failure.sentence();
    }
}
