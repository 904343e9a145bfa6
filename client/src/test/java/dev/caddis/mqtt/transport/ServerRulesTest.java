package dev.caddis.mqtt.transport;

import static dev.caddis.mqtt.transport.TestIdentities.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.BrokenRuleException;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.TlsVersion;

import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;

/// Rules for the server beyond the CA that we trust, each with a real handshake.
class ServerRulesTest {

    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued MIDDLE = CA.intermediate("CN=Middle CA");
    private static final Issued SERVER = MIDDLE.issue("CN=broker", "localhost");
    private static final Issued STRANGER = Pki.authority("CN=Other CA");

    private final Path folder;
    private final ClientIdentity identity;

    ServerRulesTest(@TempDir Path folder) {
        this.folder = folder;
        identity = new TestIdentities(folder).trusting(CA);
    }

    private static TlsServer server(String protocol) {
        return TlsServer.start(SERVER, null, protocol, TlsServer.ECHO);
    }

    private static Dial dial(TlsServer server, ClientIdentity identity) {
        return new Dial(server.endpoint(), null, identity, phase -> {});
    }

    // ---- the version of TLS

    @Test
    void a_server_with_less_than_the_minimum_version_is_refused() throws Exception {
        try (TlsServer server = server("TLSv1.2")) {
            assertThat(
                            failure(
                                    Kind.TLS_VERSION,
                                    dial(server, identity.atLeast(TlsVersion.TLS_1_3))))
                    .contains("TLS 1.3 is the least that may be spoken");
            dial(server, identity.atLeast(TlsVersion.TLS_1_2)).run().close();
        }
    }

    @Test
    void a_server_with_the_minimum_version_is_reached() throws Exception {
        try (TlsServer server = server("TLSv1.3")) {
            Link link = dial(server, identity.atLeast(TlsVersion.TLS_1_3)).run();
            assertThat(link.description()).startsWith("TLSv1.3");
            link.close();
        }
    }

    // ---- pins

    private static String pin(X509Certificate certificate) throws Exception {
        return Base64.getEncoder()
                .encodeToString(
                        MessageDigest.getInstance("SHA-256")
                                .digest(certificate.getPublicKey().getEncoded()));
    }

    @Test
    void a_server_whose_key_or_whose_CAs_key_is_pinned_is_reached() throws Exception {
        try (TlsServer server = server("TLSv1.3")) {
            for (Issued pinned : List.of(SERVER, MIDDLE, CA)) {
                String pin = pin(pinned.certificate());
                for (String form : List.of(pin, "sha256/" + pin, "pin-sha256=\"" + pin + "\"")) {
                    dial(server, identity.pinning(List.of(pin(STRANGER.certificate()), form)))
                            .run()
                            .close();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_server_with_none_of_the_pinned_keys_is_refused(String protocol) throws Exception {
        try (TlsServer server = server(protocol)) {
            String sentence =
                    failure(
                            Kind.SERVER_NOT_PINNED,
                            dial(server, identity.pinning(List.of(pin(STRANGER.certificate())))));
            assertThat(sentence).contains("is pinned; its own is " + pin(SERVER.certificate()));
        }
    }

    /// Whoever has a certificate of a CA that we trust could send the pinned one along.
    @Test
    void a_pinned_certificate_that_has_nothing_to_do_with_the_servers_does_not_count()
            throws Exception {
        X509Certificate[] chain = {
            SERVER.certificate(), MIDDLE.certificate(), STRANGER.certificate()
        };
        identity.pinning(List.of(pin(MIDDLE.certificate())))
                .load()
                .trustManager()
                .checkServerTrusted(chain, "ECDHE_ECDSA");
        assertThatExceptionOfType(BrokenRuleException.class)
                .isThrownBy(() ->
                        identity.pinning(List.of(pin(STRANGER.certificate())))
                                .load()
                                .trustManager()
                                .checkServerTrusted(chain, "ECDHE_ECDSA"));
    }

    @Test
    void a_pin_that_is_none_is_refused_with_how_to_make_one() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> identity.pinning(List.of("sha256/abc")))
                .withMessageContaining("openssl x509 -in broker.pem -pubkey");
    }

    // ---- CRLs

    @SuppressWarnings("JavaUtilDate") // BouncyCastle takes no other
    private Path crl(String name, Instant until, Issued by, BigInteger... revoked)
            throws Exception {
        var builder =
                new JcaX509v2CRLBuilder(
                        by.certificate().getSubjectX500Principal(),
                        Date.from(Instant.now().minus(Duration.ofHours(2))));
        builder.setNextUpdate(Date.from(until));
        for (BigInteger each : revoked) {
            builder.addCRLEntry(each, Date.from(Instant.parse("2026-11-01T00:00:00Z")), 1);
        }
        byte[] der =
                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.key()))
                        .getEncoded();
        Path file = folder.resolve(name);
        String before = Files.exists(file) ? Files.readString(file) : "";
        return Files.writeString(file, before + Pki.pem("X509 CRL", der));
    }

    private static Instant soon() {
        return Instant.now().plus(Duration.ofHours(1));
    }

    @Test
    void a_server_that_is_not_revoked_is_reached() throws Exception {
        Path list = crl("good.pem", soon(), MIDDLE, BigInteger.valueOf(17));
        try (TlsServer server = server("TLSv1.3")) {
            dial(server, identity.checkingRevocation(list)).run().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_revoked_server_is_refused(String protocol) throws Exception {
        Path list = crl("revoked.pem", soon(), MIDDLE, SERVER.certificate().getSerialNumber());
        try (TlsServer server = server(protocol)) {
            assertThat(
                            failure(
                                    Kind.SERVER_REVOKED,
                                    dial(server, identity.checkingRevocation(list))))
                    .contains(
                            "its certificate chain has a revoked one: CN=broker, revoked"
                                    + " 2026-11-01T00:00:00Z (CRL file "
                                    + list);
        }
    }

    @Test
    void a_server_whose_own_certificate_we_trust_is_looked_up_as_any_other() throws Exception {
        ClientIdentity knowing =
                ClientIdentity.pem(
                        Pki.file(folder, "server.pem", Pki.pem(SERVER.certificate())), null, null);
        Path good = crl("good.pem", soon(), MIDDLE, BigInteger.valueOf(17));
        Path list = crl("revoked.pem", soon(), MIDDLE, SERVER.certificate().getSerialNumber());
        try (TlsServer server = server("TLSv1.3")) {
            dial(server, knowing.checkingRevocation(good)).run().close();
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, knowing.checkingRevocation(list))))
                    .contains("its certificate chain has a revoked one: CN=broker");
        }
        Issued alone = new Issued(SERVER.keys(), SERVER.certificate(), List.of());
        try (TlsServer server = TlsServer.start(alone, null, "TLSv1.3", TlsServer.ECHO)) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, knowing.checkingRevocation(good))))
                    .contains(
                            "no CRL can be judged: the certificate of CN=Middle CA, its issuer, is"
                                    + " neither sent nor trusted; put it into the CA file");
        }
    }

    @Test
    void a_server_below_a_revoked_CA_is_refused() throws Exception {
        crl("both.pem", soon(), MIDDLE);
        Path list = crl("both.pem", soon(), CA, MIDDLE.certificate().getSerialNumber());
        try (TlsServer server = server("TLSv1.3")) {
            assertThat(
                            failure(
                                    Kind.SERVER_REVOKED,
                                    dial(server, identity.checkingRevocation(list))))
                    .contains("CN=Middle CA, revoked");
        }
    }

    @Test
    void a_revoked_CA_does_not_hide_behind_another_of_its_name_and_key() throws Exception {
        Issued twin = Pki.authority("CN=Middle CA", MIDDLE.keys());
        crl("both.pem", soon(), MIDDLE);
        Path list = crl("both.pem", soon(), CA, MIDDLE.certificate().getSerialNumber());
        Issued hiding =
                new Issued(
                        SERVER.keys(),
                        SERVER.certificate(),
                        List.of(twin.certificate(), MIDDLE.certificate()));
        try (TlsServer server = TlsServer.start(hiding, null, "TLSv1.3", TlsServer.ECHO)) {
            dial(server, identity).run().close();
            assertThat(
                            failure(
                                    Kind.SERVER_REVOKED,
                                    dial(server, identity.checkingRevocation(list))))
                    .contains("CN=Middle CA, revoked");
        }
    }

    @Test
    void a_list_that_cannot_tell_is_no_leave() throws Exception {
        Path ended = crl("ended.pem", Instant.now().minus(Duration.ofHours(1)), MIDDLE);
        Path others = crl("others.pem", soon(), STRANGER);
        Issued namesake = Pki.authority("CN=Middle CA");
        Path forged = crl("forged.pem", soon(), namesake);
        try (TlsServer server = server("TLSv1.3")) {
            assertThat(
                            failure(
                                    Kind.SERVER_REVOKED,
                                    dial(server, identity.checkingRevocation(ended))))
                    .contains("the CRL of CN=Middle CA in ", " ended ", "fetch the newest");
            for (Path list : List.of(others, forged)) {
                assertThat(
                                failure(
                                        Kind.SERVER_REVOKED,
                                        dial(server, identity.checkingRevocation(list))))
                        .contains("holds no CRL of its issuer CN=Middle CA");
            }
        }
    }

    @Test
    void a_file_that_is_no_CRL_ends_the_attempt_before_the_first_byte() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong.pem"), "no CRL");
        assertThatExceptionOfType(IdentityException.class)
                .isThrownBy(() -> identity.checkingRevocation(wrong).load())
                .withMessageContaining("CRL file " + wrong);
        assertThatExceptionOfType(IdentityException.class)
                .isThrownBy(() -> identity.checkingRevocation(folder.resolve("none.pem")).load())
                .withMessageContaining("does not exist");
    }
}
