package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.OutputStream;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A handshake that proves an identity, and nothing else.
class ProofTest {

    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued SERVER = CA.issue("CN=broker", "localhost");
    private static final Issued STRANGER = Pki.authority("CN=Other CA");

    private final TestIdentities identities;

    ProofTest(@TempDir Path folder) {
        identities = new TestIdentities(folder);
    }

    private static Dial dial(TlsServer server, ClientIdentity identity) {
        return new Dial(server.endpoint(), null, identity, phase -> {});
    }

    private static ConnectionFailure refusal(TlsServer server, ClientIdentity identity) {
        return assertThrows(DialException.class, dial(server, identity)::prove).failure();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void what_the_broker_takes_is_proven_without_a_byte_of_MQTT(String protocol) throws Exception {
        BlockingQueue<Integer> read = new LinkedBlockingQueue<>();
        TlsServer.Talk listens = client -> read.add(client.getInputStream().read());
        try (TlsServer server = TlsServer.start(SERVER, CA.certificate(), protocol, listens)) {
            dial(server, identities.of(CA, CA.issue("CN=pump-17"))).prove();
            assertThat(server.outcome()).isEqualTo("talked");
            assertThat(read.poll(10, TimeUnit.SECONDS)).isEqualTo(-1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void what_the_broker_refuses_is_not_proven(String protocol) throws Exception {
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), protocol, TlsServer.ECHO)) {
            ConnectionFailure failure =
                    refusal(server, identities.of(CA, STRANGER.issue("CN=pump-17")));
            assertThat(failure.kind()).isEqualTo(Kind.CLIENT_CERTIFICATE_REFUSED);
            assertThat(failure.sentence()).contains("(TLS alert ", "subject CN=pump-17");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_certificate_that_is_missing_is_not_proven(String protocol) throws Exception {
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), protocol, TlsServer.ECHO)) {
            assertThat(refusal(server, identities.trusting(CA)).kind())
                    .isEqualTo(Kind.CLIENT_CERTIFICATE_MISSING);
        }
    }

    @Test
    void a_server_that_our_CAs_do_not_know_is_not_proven() throws Exception {
        try (TlsServer server =
                TlsServer.start(SERVER, CA.certificate(), "TLSv1.3", TlsServer.ECHO)) {
            assertThat(refusal(server, identities.of(STRANGER, CA.issue("CN=pump-17"))).kind())
                    .isEqualTo(Kind.SERVER_UNTRUSTED);
        }
    }

    @Test
    void a_broker_that_hangs_up_right_after_the_handshake_has_refused() throws Exception {
        TlsServer.Talk hangsUp = client -> client.close();
        try (TlsServer server = TlsServer.start(SERVER, CA.certificate(), "TLSv1.3", hangsUp)) {
            ConnectionFailure failure = refusal(server, identities.of(CA, CA.issue("CN=pump-17")));
            assertThat(failure.kind()).isEqualTo(Kind.CLIENT_CERTIFICATE_REFUSED);
            assertThat(failure.sentence())
                    .contains("right after the TLS handshake", "subject CN=pump-17");
        }
    }

    @Test
    void an_abort_frees_a_proof() throws Exception {
        BlockingQueue<String> silent = new LinkedBlockingQueue<>();
        TlsServer.Talk says =
                client -> {
                    silent.add("handshake done");
                    client.getInputStream().transferTo(OutputStream.nullOutputStream());
                };
        try (TlsServer server = TlsServer.start(SERVER, CA.certificate(), "TLSv1.3", says)) {
            Dial dial = dial(server, identities.of(CA, CA.issue("CN=pump-17")));
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            silent.poll(10, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                        dial.abort();
                    });
            assertThat(assertThrows(DialException.class, dial::prove).failure().kind())
                    .isEqualTo(Kind.ABORTED);
        }
    }

    @Test
    void one_that_nobody_asks_for_a_certificate_proves_the_server() throws Exception {
        try (TlsServer server = TlsServer.start(SERVER, null, "TLSv1.3", TlsServer.ECHO)) {
            assertThatNoException().isThrownBy(dial(server, identities.trusting(CA))::prove);
        }
    }
}
