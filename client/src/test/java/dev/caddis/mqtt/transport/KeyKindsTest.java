package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/// Which keys the TLS of Java presents a client certificate with, seen by the server.
class KeyKindsTest {

    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued SERVER = CA.issue("CN=broker", "localhost");

    @TempDir private Path folder;

    @ParameterizedTest
    @CsvSource({
        "EC, TLSv1.2, false",
        "EC, TLSv1.3, true",
        "RSA, TLSv1.2, true",
        "RSA, TLSv1.3, false",
        "Ed25519, TLSv1.2, false",
        "Ed25519, TLSv1.3, false",
        "Ed25519, TLSv1.3, true"
    })
    void a_certificate_of_every_kind_arrives_from_PEM_and_from_PKCS12(
            String kind, String protocol, boolean pkcs12) throws Exception {
        Issued device = CA.issue("CN=" + kind, keys(kind), Validity.now());
        BlockingQueue<String> seen = new ArrayBlockingQueue<>(1);
        TlsServer.Talk tell =
                client -> {
                    seen.add(client.getSession().getPeerPrincipal().getName());
                    TlsServer.ECHO.with(client);
                };
        try (TlsServer server = TlsServer.start(SERVER, CA.certificate(), protocol, tell)) {
            var identities = new TestIdentities(folder);
            ClientIdentity identity =
                    pkcs12 ? identities.pkcs12(CA, device) : identities.of(CA, device);
            Link link = new Dial(server.endpoint(), null, identity, phase -> {}).run();
            link.output().write('x');
            assertThat(link.input().read()).isEqualTo('x');
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("CN=" + kind);
            link.close();
        }
    }

    private static KeyPair keys(String kind) {
        return switch (kind) {
            case "EC" -> Pki.ec();
            case "RSA" -> Pki.rsa();
            default -> Pki.ed25519();
        };
    }

    /// The server above is of the same Java; this one is not.
    @Test
    void OpenSSL_takes_an_Ed25519_certificate_from_us_over_TLS_1_3() throws Exception {
        ClientIdentity identity =
                new TestIdentities(folder).of(CA, CA.issue("CN=ed", Pki.ed25519(), Validity.now()));
        Pki.file(folder, "server.pem", Pki.pem(SERVER.certificate()));
        Pki.file(folder, "server.key", Pki.pem(SERVER.key()));
        Path log = folder.resolve("server.log");
        String options = "-tls1_3 -CAfile ca.pem -Verify 2 -verify_return_error -rev";
        try (OpenSslServer server = OpenSslServer.start(folder, options, log)) {
            Link link = new Dial(server.endpoint(), null, identity, phase -> {}).run();
            link.output().write("Ab\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(link.input().read()).isEqualTo('b'); // -rev: it says each line backwards
            assertThat(log).content().contains("Signature type: ed25519", "Verification: OK");
            link.close();
        }
    }
}
