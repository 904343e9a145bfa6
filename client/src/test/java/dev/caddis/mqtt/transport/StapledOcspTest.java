package dev.caddis.mqtt.transport;

import static dev.caddis.mqtt.transport.TestIdentities.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.BrokenRuleException;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.OcspStapling;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;

import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.operator.DigestCalculatorProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

import javax.net.ssl.X509TrustManager;

/// What OpenSSL's server sends along with its certificate, and what we make of it.
class StapledOcspTest {

    private static final Issued CA = Pki.authority("CN=Test CA");
    private static final Issued MIDDLE = CA.intermediate("CN=Middle CA");
    private static final Issued SERVER = MIDDLE.issue("CN=broker", "localhost");
    private static final Issued NEIGHBOUR = MIDDLE.issue("CN=other", "localhost");

    private static final @Nullable CertificateStatus GOOD = CertificateStatus.GOOD;
    private static final CertificateStatus REVOKED =
            new RevokedStatus(Date.from(Instant.parse("2026-11-01T00:00:00Z")), 1);

    private final Path folder;
    private final ClientIdentity identity;

    StapledOcspTest(@TempDir Path folder) {
        this.folder = folder;
        identity = new TestIdentities(folder).trusting(CA);
        Pki.file(folder, "server.pem", Pki.pem(SERVER.certificate()));
        Pki.file(folder, "above.pem", Pki.pem(MIDDLE.certificate()));
        Pki.file(folder, "server.key", Pki.pem(SERVER.key()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void a_server_whose_response_says_good_is_reached(String version) throws Exception {
        respond(SERVER, GOOD, MIDDLE, soon());
        try (OpenSslServer server = stapling(version)) {
            for (OcspStapling asked : OcspStapling.values()) {
                dial(server, asked).run().close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void a_server_whose_response_says_revoked_is_refused(String version) throws Exception {
        respond(SERVER, REVOKED, MIDDLE, soon());
        try (OpenSslServer server = stapling(version)) {
            for (OcspStapling asked : OcspStapling.values()) {
                assertThat(failure(Kind.SERVER_REVOKED, dial(server, asked)))
                        .contains(
                                "its certificate (CN=broker) is revoked, says the OCSP response",
                                "give the broker another certificate");
            }
        }
    }

    @Test
    void who_does_not_ask_is_told_nothing() throws Exception {
        respond(SERVER, REVOKED, MIDDLE, soon());
        try (OpenSslServer server = stapling("-tls1_3")) {
            new Dial(server.endpoint(), null, identity, phase -> {}).run().close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_2", "-tls1_3"})
    void a_server_that_sends_none_is_reached_unless_one_is_demanded(String version)
            throws Exception {
        try (OpenSslServer server =
                OpenSslServer.start(folder, version + " -cert_chain above.pem -rev", log())) {
            dial(server, OcspStapling.SOFT).run().close();
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, OcspStapling.HARD)))
                    .contains(
                            "it sends no OCSP response with its certificate (CN=broker); turn OCSP"
                                    + " stapling on in the broker");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_response_of_yesterday_of_another_certificate_or_of_a_stranger_tells_nothing(
            OcspStapling asked) throws Exception {
        requireUseless(asked, SERVER, MIDDLE, Instant.now().minus(Duration.ofHours(1)));
        requireUseless(asked, NEIGHBOUR, MIDDLE, soon());
        requireUseless(asked, SERVER, Pki.authority("CN=Middle CA"), soon());
        // A certificate of the same CA, without its leave to answer for it.
        requireUseless(asked, SERVER, NEIGHBOUR, soon());
    }

    private void requireUseless(OcspStapling asked, Issued of, Issued by, Instant until)
            throws Exception {
        respond(of, GOOD, by, until);
        try (OpenSslServer server = stapling("-tls1_3")) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, asked)))
                    .contains(
                            "the OCSP response it sends for its certificate (CN=broker) tells"
                                    + " nothing",
                            "let the broker fetch a new one");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_is_revoked_from_a_time_to_come_is_refused(OcspStapling asked)
            throws Exception {
        respond(SERVER, new RevokedStatus(Date.from(soon()), 1), MIDDLE, soon());
        try (OpenSslServer server = stapling("-tls1_3")) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, asked)))
                    .contains(
                            "its certificate (CN=broker) is revoked, says the OCSP response",
                            "a time that has not come by this machine's clock");
        }
    }

    @Test
    void a_response_by_another_hash_than_the_JDK_reads_is_told_as_such() throws Exception {
        respond(
                SERVER,
                MIDDLE,
                GOOD,
                MIDDLE,
                soon(),
                new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256));
        try (OpenSslServer server = stapling("-tls1_3")) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, OcspStapling.HARD)))
                    .contains("names its certificate (CN=broker) by another hash than SHA-1");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_server_whose_own_certificate_we_trust_is_judged_as_any_other(OcspStapling asked)
            throws Exception {
        ClientIdentity knowing =
                trusting(SERVER.certificate(), MIDDLE.certificate(), CA.certificate());
        respond(SERVER, GOOD, MIDDLE, soon());
        try (OpenSslServer server = stapling("-tls1_3")) {
            dial(server, asked, knowing).run().close();
        }
        respond(SERVER, REVOKED, MIDDLE, soon());
        try (OpenSslServer server = stapling("-tls1_3")) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, asked, knowing)))
                    .contains("its certificate (CN=broker) is revoked");
            // Its issuer is sent.
            assertThat(
                            failure(
                                    Kind.SERVER_REVOKED,
                                    dial(server, asked, trusting(SERVER.certificate()))))
                    .contains("its certificate (CN=broker) is revoked");
        }
    }

    @Test
    void a_server_whose_own_certificate_we_trust_must_send_a_response_where_one_is_demanded()
            throws Exception {
        Issued alone = Pki.authority("CN=localhost");
        ClientIdentity knowing = trusting(SERVER.certificate(), alone.certificate());
        try (OpenSslServer server = OpenSslServer.start(folder, "-tls1_3 -rev", log())) {
            dial(server, OcspStapling.SOFT, knowing).run().close();
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, OcspStapling.HARD, knowing)))
                    .contains("it sends no OCSP response with its certificate (CN=broker)");
        }
        Pki.file(folder, "server.pem", Pki.pem(alone.certificate()));
        Pki.file(folder, "server.key", Pki.pem(alone.key()));
        try (OpenSslServer server = OpenSslServer.start(folder, "-tls1_3 -rev", log())) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, OcspStapling.HARD, knowing)))
                    .contains("it sends no OCSP response with its certificate (CN=localhost)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void of_a_server_whose_certificate_may_be_a_CA_only_its_issuer_is_believed(OcspStapling asked)
            throws Exception {
        Issued alone = Pki.authority("CN=localhost");
        Pki.file(folder, "server.pem", Pki.pem(alone.certificate()));
        Pki.file(folder, "server.key", Pki.pem(alone.key()));
        ClientIdentity knowing = trusting(alone.certificate());
        respond(alone, alone, GOOD, alone, soon(), CertificateID.HASH_SHA1);
        try (OpenSslServer server = stapling("-tls1_3")) {
            dial(server, asked, knowing).run().close();
        }
        Issued stranger = Pki.authority("CN=localhost");
        respond(alone, alone, GOOD, stranger, soon(), CertificateID.HASH_SHA1);
        try (OpenSslServer server = stapling("-tls1_3")) {
            assertThat(failure(Kind.SERVER_REVOKED, dial(server, asked, knowing)))
                    .contains("its certificate (CN=localhost) tells nothing");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_response_is_not_believed_where_nobody_knows_the_issuers_key(OcspStapling asked)
            throws Exception {
        respond(SERVER, GOOD, MIDDLE, soon());
        try (OpenSslServer server =
                OpenSslServer.start(folder, "-tls1_3 -status_file response.der -rev", log())) {
            assertThat(
                            failure(
                                    Kind.SERVER_REVOKED,
                                    dial(server, asked, trusting(SERVER.certificate()))))
                    .contains(
                            "the OCSP response it sends cannot be judged: the certificate of"
                                + " CN=Middle CA, its issuer, is neither sent nor trusted; put it"
                                + " into the CA file");
        }
    }

    @Test
    void certificates_without_a_handshake_are_refused_where_a_response_is_demanded()
            throws Exception {
        X509Certificate[] chain = {SERVER.certificate(), MIDDLE.certificate()};
        judge(OcspStapling.SOFT).checkServerTrusted(chain, "ECDHE_ECDSA");
        assertThatExceptionOfType(BrokenRuleException.class)
                .isThrownBy(() -> judge(OcspStapling.HARD).checkServerTrusted(chain, "ECDHE_ECDSA"))
                .withMessageContaining("nobody sees its OCSP response without a handshake");
    }

    private X509TrustManager judge(OcspStapling asked) throws IdentityException {
        return identity.checkingStapledOcsp(asked).load().trustManager();
    }

    @Test
    void a_wrong_name_is_told_as_such_where_a_response_is_demanded() throws Exception {
        respond(SERVER, GOOD, MIDDLE, soon());
        try (OpenSslServer server = stapling("-tls1_3")) {
            var byAddress = new Endpoint(true, "127.0.0.1", server.endpoint().port());
            var dial =
                    new Dial(
                            byAddress,
                            null,
                            identity.checkingStapledOcsp(OcspStapling.HARD),
                            phase -> {});
            assertThat(failure(Kind.SERVER_NAME_MISMATCH, dial)).contains("is for localhost");
        }
    }

    private ClientIdentity trusting(X509Certificate... certificates) {
        return ClientIdentity.pem(
                Pki.file(folder, "trusted.pem", Pki.pem(certificates)), null, null);
    }

    private Dial dial(OpenSslServer server, OcspStapling asked) {
        return dial(server, asked, identity);
    }

    private static Dial dial(OpenSslServer server, OcspStapling asked, ClientIdentity identity) {
        return new Dial(server.endpoint(), null, identity.checkingStapledOcsp(asked), phase -> {});
    }

    private OpenSslServer stapling(String version) throws Exception {
        return OpenSslServer.start(
                folder, version + " -cert_chain above.pem -status_file response.der -rev", log());
    }

    private Path log() {
        return folder.resolve("server.log");
    }

    private static Instant soon() {
        return Instant.now().plus(Duration.ofHours(1));
    }

    private void respond(Issued of, @Nullable CertificateStatus status, Issued by, Instant until)
            throws Exception {
        respond(of, MIDDLE, status, by, until, CertificateID.HASH_SHA1);
    }

    /// @param hash names the certificate, signs nothing
    @SuppressWarnings("JavaUtilDate") // BouncyCastle takes no other
    private void respond(
            Issued of,
            Issued issuedBy,
            @Nullable CertificateStatus status,
            Issued by,
            Instant until,
            AlgorithmIdentifier hash)
            throws Exception {
        DigestCalculatorProvider digests = new JcaDigestCalculatorProviderBuilder().build();
        var issuer = new JcaX509CertificateHolder(issuedBy.certificate());
        var builder =
                new BasicOCSPRespBuilder(
                        SubjectPublicKeyInfo.getInstance(
                                by.certificate().getPublicKey().getEncoded()),
                        digests.get(CertificateID.HASH_SHA1));
        Date since = Date.from(Instant.now().minus(Duration.ofHours(2)));
        builder.addResponse(
                new CertificateID(digests.get(hash), issuer, of.certificate().getSerialNumber()),
                status,
                since,
                Date.from(until));
        var basic =
                builder.build(
                        new JcaContentSignerBuilder("SHA256withECDSA").build(by.key()),
                        new X509CertificateHolder[] {
                            new JcaX509CertificateHolder(by.certificate())
                        },
                        since);
        Files.write(
                folder.resolve("response.der"),
                new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, basic).getEncoded());
    }
}
