package dev.caddis.mqtt.transport;

import static dev.caddis.mqtt.transport.TestIdentities.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.Pki;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/// A server that is not who we want: no link, so no byte of MQTT, and one plain sentence.
class ServerRefusalTest {

    private static final Issued CA = Pki.authority("CN=Test CA");

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void an_unknown_CA_is_named_with_our_CA_file(String protocol) throws Exception {
        Issued server = Pki.authority("CN=Other CA").issue("CN=broker", "localhost");
        assertThat(refusal(Kind.SERVER_UNTRUSTED, server, protocol))
                .isEqualTo(
                        "cannot connect to mqtts://localhost:PORT: the server is not trusted: its"
                            + " certificate (CN=broker) is issued by CN=Other CA, which is no CA of"
                            + " CA file "
                                + folder.resolve("ca.pem")
                                + "; check that this is the right broker, then put its CA into that"
                                + " file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_CA_file_with_another_CA_of_the_same_name_is_told(String protocol) throws Exception {
        Issued namesake = Pki.authority("CN=Test CA");
        String sentence =
                "is issued by another CA than that of the same name (CN=Test CA) in CA file "
                        + folder.resolve("ca.pem")
                        + ": the key differs; check that this is the right broker, then put the CA"
                        + " that issued it into that file";
        assertThat(refusal(Kind.SERVER_UNTRUSTED, namesake.issue("CN=b", "localhost"), protocol))
                .endsWith("its certificate (CN=b) " + sentence);
        Issued below = namesake.intermediate("CN=Middle").issue("CN=b", "localhost");
        assertThat(refusal(Kind.SERVER_UNTRUSTED, below, protocol)).endsWith(sentence);
    }

    @Test
    void a_certificate_that_the_authority_beside_it_did_not_sign_is_no_matter_of_the_CA_file()
            throws Exception {
        Issued right = CA.intermediate("CN=Middle");
        Issued wrong = CA.intermediate("CN=Middle").issue("CN=b", "localhost");
        Issued mixed = new Issued(wrong.keys(), wrong.certificate(), right.chain());
        assertThat(refusal(Kind.SERVER_UNTRUSTED, mixed, "TLSv1.3"))
                .doesNotContain("of the same name")
                .contains("give the broker another certificate");
    }

    @Test
    void a_server_is_checked_against_the_systems_CAs_when_no_CA_is_named() throws Exception {
        Issued server = CA.intermediate("CN=Middle").issue("CN=broker", "localhost");
        assertThat(refusal(Kind.SERVER_UNTRUSTED, server, "TLSv1.3", ClientIdentity.systemTrust()))
                .contains("issued by CN=Middle (its chain ends at CN=Test CA)")
                .contains("none of the system's CAs");
    }

    @Test
    void a_self_signed_certificate_is_called_so() throws Exception {
        assertThat(refusal(Kind.SERVER_UNTRUSTED, Pki.authority("CN=localhost"), "TLSv1.3"))
                .contains("(CN=localhost) is signed by itself");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_wrong_host_name_is_told_with_the_right_ones(String protocol) throws Exception {
        Issued server = CA.issue("CN=localhost", "a.example", "10.0.0.7");
        assertThat(refusal(Kind.SERVER_NAME_MISMATCH, server, protocol))
                .contains("its certificate is for a.example, 10.0.0.7, not for localhost");
    }

    @Test
    void a_certificate_without_names_is_told() throws Exception {
        assertThat(refusal(Kind.SERVER_NAME_MISMATCH, CA.issue("CN=broker"), "TLSv1.3"))
                .contains("carries no host name (CN=broker)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void an_expired_certificate_is_told_with_its_end(String protocol) throws Exception {
        Issued server = CA.issue("CN=broker", Pki.ec(), Validity.past(), "localhost");
        assertThat(refusal(Kind.SERVER_EXPIRED, server, protocol))
                .contains("its certificate (CN=broker) expired 2026-03-01T00:00:00Z");
    }

    @Test
    void attempts_of_one_day_are_refused_in_the_same_words() throws Exception {
        Issued expired = CA.issue("CN=broker", Pki.ec(), Validity.past(), "localhost");
        Issued early = CA.issue("CN=broker", Pki.ec(), Validity.future(), "localhost");
        assertThat(refusal(Kind.SERVER_EXPIRED, expired, "TLSv1.3"))
                .containsPattern("\\(this machine's clock says \\d{4}-\\d\\d-\\d\\d\\); renew");
        assertThat(refusal(Kind.SERVER_NOT_YET_VALID, early, "TLSv1.3"))
                .containsPattern("this machine's clock says \\d{4}-\\d\\d-\\d\\d; correct");
    }

    @Test
    void a_certificate_of_the_future_points_to_the_clock() throws Exception {
        Issued server = CA.issue("CN=broker", Pki.ec(), Validity.future(), "localhost");
        assertThat(refusal(Kind.SERVER_NOT_YET_VALID, server, "TLSv1.3"))
                .contains("valid only from 2090-01-01T00:00:00Z on", "correct the clock");
    }

    @Test
    void an_expired_certificate_above_the_servers_own_is_told() throws Exception {
        Issued middle = CA.intermediate("CN=Middle", Validity.past());
        assertThat(refusal(Kind.SERVER_EXPIRED, middle.issue("CN=broker", "localhost"), "TLSv1.3"))
                .contains("a certificate above its own (CN=Middle) expired 2026-03-01");
    }

    @Test
    void a_server_that_leaves_out_its_intermediate_authority_is_told_with_its_name()
            throws Exception {
        Issued whole = CA.intermediate("CN=Middle").issue("CN=broker", "localhost");
        Issued alone = new Issued(whole.keys(), whole.certificate(), List.of());
        assertThat(refusal(Kind.SERVER_UNTRUSTED, alone, "TLSv1.3"))
                .contains("(CN=broker) is issued by CN=Middle, which is no CA of CA file");
    }

    @Test
    void a_connection_that_is_reset_in_the_handshake_is_told() throws Exception {
        try (RawServer server =
                RawServer.start(client -> {
                    client.getInputStream().read();
                    client.setSoLinger(true, 0); // closing it resets the connection
                })) {
            ClientIdentity identity = new TestIdentities(folder).trusting(CA);
            assertThat(
                            failure(
                                    Kind.RESET,
                                    new Dial(server.endpoint(true), null, identity, phase -> {})))
                    .contains("was reset during the TLS handshake; is port");
        }
    }

    @Test
    void control_characters_of_a_strangers_certificate_reach_no_log() throws Exception {
        Issued server = CA.issue("CN=broker", "a.example\nFORGED");
        assertThat(refusal(Kind.SERVER_NAME_MISMATCH, server, "TLSv1.3"))
                .contains("a.example?FORGED");
    }

    @Test
    void a_server_that_speaks_only_TLS_1_1_is_told() throws Exception {
        // The alert protocol_version, as OpenSSL sends it; and a ServerHello that chooses TLS 1.1.
        String alert = "15 0302 0002 0246";
        String hello = "16 0302 002a 02 000026 0302" + "00".repeat(32) + "00 c013 00";
        for (String answer : new String[] {alert, hello}) {
            assertThat(answered(Kind.TLS_VERSION, answer)).contains("TLS 1.2 or 1.3 is needed");
        }
    }

    @Test
    void a_port_that_does_not_speak_TLS_is_told() throws Exception {
        // "HTTP/1.1 400"
        assertThat(answered(Kind.NOT_TLS, "48545450 2f312e31 20343030 0d0a0d0a"))
                .contains("but not with TLS");
    }

    @Test
    void a_server_that_hangs_up_on_the_handshake_is_told() throws Exception {
        assertThat(answered(Kind.CLOSED, ""))
                .contains("closed the connection during the TLS handshake");
    }

    @Test
    void other_alerts_are_named() throws Exception {
        assertThat(answered(Kind.TLS_ALERT, "15 0303 0002 0250"))
                .contains("ended the TLS handshake with alert internal_error");
        assertThat(answered(Kind.TLS_ALERT, "15 0303 0002 0270"))
                .contains("the server knows no host named localhost");
        assertThat(answered(Kind.TLS_ALERT, "15 0303 0002 0228"))
                .contains(
                        "the server found no TLS settings in common (TLS alert handshake_failure");
    }

    private String refusal(Kind kind, Issued server, String protocol) throws Exception {
        return refusal(kind, server, protocol, new TestIdentities(folder).trusting(CA));
    }

    private static String refusal(
            Kind kind, Issued serverIdentity, String protocol, ClientIdentity identity)
            throws Exception {
        try (TlsServer server = TlsServer.start(serverIdentity, null, protocol, TlsServer.ECHO)) {
            String sentence =
                    failure(kind, new Dial(server.endpoint(), null, identity, phase -> {}));
            assertThat(server.outcome()).startsWith("no handshake");
            return sentence.replace(":" + server.endpoint().port(), ":PORT");
        }
    }

    /// The sentence after a server answered our ClientHello with these bytes and closed.
    private String answered(Kind kind, String hex) throws IOException {
        byte[] answer = HexFormat.of().parseHex(hex.replace(" ", ""));
        try (RawServer server =
                RawServer.start(client -> {
                    byte[] header = client.getInputStream().readNBytes(5);
                    client.getInputStream()
                            .readNBytes((header[3] & 0xff) << 8 | (header[4] & 0xff));
                    client.getOutputStream().write(answer);
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes();
                })) {
            ClientIdentity identity = new TestIdentities(folder).trusting(CA);
            return failure(kind, new Dial(server.endpoint(true), null, identity, phase -> {}));
        }
    }
}
