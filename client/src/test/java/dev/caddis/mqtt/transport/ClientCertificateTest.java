package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;

/// A broker that wants a client certificate: TLS 1.2 refuses in the handshake, TLS 1.3 while we
/// already write.
class ClientCertificateTest {

    private static final int TIMES_MISSING = 100;
    private static final int TIMES_REFUSED = 25;
    private static final byte[] CONNECT = {
        0x10, 0x0d, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'x'
    };

    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued SERVER = CA.issue("CN=broker", "localhost");
    private static final Issued STRANGER = Pki.authority("CN=Other CA");

    private final TestIdentities identities;

    ClientCertificateTest(@TempDir Path folder) {
        identities = new TestIdentities(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_missing_certificate_is_named_each_time(String protocol) throws Exception {
        ClientIdentity identity = identities.trusting(CA);
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), protocol, TlsServer.ECHO)) {
            for (int i = 0; i < TIMES_MISSING; i++) {
                ConnectionFailure failure = connect(server.endpoint(), identity);
                assertThat(failure.kind())
                        .as("attempt %d: %s", i, failure.sentence())
                        .isEqualTo(Kind.CLIENT_CERTIFICATE_MISSING);
                assertThat(failure.sentence())
                        .startsWith("cannot connect to " + server.endpoint())
                        .contains("demands a client certificate and none is configured");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_refused_certificate_is_named_each_time(String protocol) throws Exception {
        ClientIdentity identity = identities.of(CA, STRANGER.issue("CN=pump-17"));
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), protocol, TlsServer.ECHO)) {
            for (int i = 0; i < TIMES_REFUSED; i++) {
                ConnectionFailure failure = connect(server.endpoint(), identity);
                assertThat(failure.kind())
                        .as("attempt %d: %s", i, failure.sentence())
                        .isEqualTo(Kind.CLIENT_CERTIFICATE_REFUSED);
                assertThat(failure.sentence())
                        .contains("the broker refused our client certificate (TLS alert ")
                        .contains(
                                identities.folder().resolve("device.pem") + ", subject CN=pump-17")
                        .contains("issued by CN=Other CA, valid until ");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void an_expired_certificate_that_is_refused_is_told_with_its_end(String protocol)
            throws Exception {
        Issued expired = CA.issue("CN=pump-17", Pki.ec(), Validity.past());
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), protocol, TlsServer.ECHO)) {
            assertThat(connect(server.endpoint(), identities.of(CA, expired)).sentence())
                    .contains("expired 2026-03-01T00:00:00Z; renew it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void an_orderly_end_after_a_given_certificate_stays_an_orderly_end(String protocol)
            throws Exception {
        TlsServer.Talk hangUp = client -> client.getInputStream().read();
        try (TlsServer server = TlsServer.start(SERVER, CA.certificate(), protocol, hangUp)) {
            Link link = dial(server.endpoint(), identities.of(CA, CA.issue("CN=pump-17"))).run();
            link.output().write(1);
            assertThat(link.input().read()).isEqualTo(-1);
            assertThat(link.explain(null).kind()).isEqualTo(Kind.CLOSED);
            assertThat(link.explain(null).sentence())
                    .contains("it may have refused our client certificate", "CN=pump-17");
            link.accepted();
            assertThat(link.explain(null).sentence())
                    .isEqualTo(
                            "the connection to %s ended: the broker closed it"
                                    .formatted(server.endpoint()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_broker_that_takes_no_key_of_our_kind_is_told(String protocol) throws Exception {
        Issued rsaServer = CA.issue("CN=broker", Pki.rsa(), Validity.now(), "localhost");
        ClientIdentity identity = identities.of(CA, CA.issue("CN=pump-17"));
        try (TlsServer server =
                TlsServer.start(
                        rsaServer,
                        CA.certificate(),
                        protocol,
                        TlsServer.ECHO,
                        "rsa_pss_rsae_sha256",
                        "rsa_pkcs1_sha256")) {
            ConnectionFailure failure = connect(server.endpoint(), identity);
            assertThat(failure.sentence())
                    .contains("takes client certificates with keys of kind RSA", "ours is another")
                    .contains("CN=pump-17");
            assertThat(failure.kind()).isEqualTo(Kind.CLIENT_CERTIFICATE_REFUSED);
        }
    }

    @Test
    void an_end_without_a_request_for_a_certificate_is_not_blamed_on_one() throws Exception {
        TlsServer.Talk hangUp = client -> client.getInputStream().read();
        try (TlsServer server = TlsServer.start(SERVER, null, "TLSv1.3", hangUp)) {
            ConnectionFailure failure = connect(server.endpoint(), identities.trusting(CA));
            assertThat(failure.kind()).isIn(Kind.CLOSED, Kind.RESET);
            assertThat(failure.sentence()).doesNotContain("certificate");
        }
    }

    /// Connects and sends CONNECT as the engine does; returns why the broker did not take us.
    private static ConnectionFailure connect(Endpoint endpoint, ClientIdentity identity) {
        Link link;
        try {
            link = dial(endpoint, identity).run();
        } catch (DialException e) {
            return e.failure();
        }
        IOException cause = talk(link);
        ConnectionFailure failure = link.explain(cause);
        link.abort();
        return failure;
    }

    private static @Nullable IOException talk(Link link) {
        try {
            link.output().write(CONNECT);
            link.output().write(CONNECT);
            while (link.input().read() >= 0) {
                // an echo
            }
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static Dial dial(Endpoint endpoint, ClientIdentity identity) {
        return new Dial(endpoint, null, identity, phase -> {});
    }
}
