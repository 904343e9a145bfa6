package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.identity.BenchPki;
import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.PkiException;
import dev.caddis.mqtt.identity.ClientIdentity;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Stream;

class PkiCommandTest {

    @TempDir private Path folder;

    @BeforeEach
    void makeAnAuthority() {
        assertThat(pki("init DIR/pki --name Plant4").exitCode()).isZero();
    }

    @Test
    void what_it_issues_is_an_identity_the_library_takes() throws Exception {
        assertThat(pki("issue device pump-17 --pki DIR/pki").out())
                .isEqualToNormalizingNewlines(
                        "made DIR/pki/pump-17.pem\nmade DIR/pki/pump-17.key\n");
        var loaded =
                ClientIdentity.pem(
                                file("pki/ca.pem"),
                                file("pki/pump-17.pem"),
                                file("pki/pump-17.key"))
                        .load();
        assertThat(loaded.keyManager()).isPresent();
        assertThat(pki("show DIR/pki/pump-17.pem DIR/pki/pump-17.key DIR/pki/ca.pem").out())
                .contains(
                        "  subject     CN=pump-17\n",
                        "  issuer      CN=Plant4, in DIR/pki/ca.pem\n",
                        "824 days left\n",
                        "  for         client\n",
                        "  key         EC P-256, fits CN=pump-17\n",
                        "  for         CA\n");
    }

    @Test
    void what_is_secret_is_for_its_owner_alone_and_the_rest_for_everybody() throws IOException {
        pki("issue device pump-17 --pki DIR/pki");
        pki("csr pump-18 --dir DIR/pki");
        Files.writeString(file("pw"), "secret-17\n");
        pki("bundle pump-17 --pki DIR/pki --password-file DIR/pw");
        try (Stream<Path> made = Files.list(file("pki"))) {
            assertThat(made.toList())
                    .hasSize(7)
                    .allSatisfy(each ->
                            assertThat(Files.getPosixFilePermissions(each))
                                    .isEqualTo(
                                            each.toString().matches(".*\\.(key|p12)")
                                                    ? PosixFilePermissions.fromString("rw-------")
                                                    : asFarAsTheUmaskLets("rw-r--r--")));
        }
        assertThat(Files.getPosixFilePermissions(file("pki")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    private Set<PosixFilePermission> asFarAsTheUmaskLets(String permissions) throws IOException {
        Path made =
                Files.createFile(
                        file("made"),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString(permissions)));
        try {
            return Files.getPosixFilePermissions(made);
        } finally {
            Files.delete(made);
        }
    }

    @Test
    void authorities_that_nobody_names_have_different_names() {
        pki("init DIR/one");
        pki("init DIR/other");
        assertThat(subjectOf("one/ca.pem"))
                .matches(" *subject +CN=Caddis bench CA [0-9a-f]{6}")
                .isNotEqualTo(subjectOf("other/ca.pem"));
    }

    private String subjectOf(String certificate) {
        return pki("show DIR/" + certificate)
                .out()
                .lines()
                .filter(line -> line.contains(" subject "))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothing_is_ever_overwritten() throws IOException {
        Files.writeString(file("pki/pump-17.key"), "precious");
        Files.writeString(file("pki/pump-18.csr"), "precious");
        Files.writeString(file("pki/pump-20.pem"), "precious");
        Files.writeString(file("pw"), "secret-17\n");
        pki("issue device pump-19 --pki DIR/pki");
        Files.writeString(file("pki/pump-19.p12"), "precious");

        refused("init DIR/pki", "it holds other files (ca.key, ca.pem");
        refused("issue device pump-17 --pki DIR/pki", "pump-17.key is there already");
        refused("issue device pump-20 --pki DIR/pki", "pump-20.pem is there already");
        refused("csr pump-18 --dir DIR/pki", "pump-18.csr is there already");
        refused(
                "bundle pump-19 --pki DIR/pki --password-file DIR/pw",
                "pump-19.p12 is there already and is not replaced; move it away");

        assertThat(file("pki/pump-17.key")).content().isEqualTo("precious");
        assertThat(file("pki/pump-18.csr")).content().isEqualTo("precious");
        assertThat(file("pki/pump-19.p12")).content().isEqualTo("precious");
        assertThat(file("pki/pump-17.pem")).doesNotExist(); // no half of a pair
        assertThat(file("pki/pump-20.key")).doesNotExist();
        assertThat(file("pki/pump-18.key")).doesNotExist();
    }

    @Test
    void a_key_stays_where_its_request_was_made() throws IOException {
        Files.createDirectory(file("device"));
        pki("csr pump-18 --dir DIR/device --host pump.example.com");
        Caddis issued = pki("issue device pump-18 --csr DIR/device/pump-18.csr --pki DIR/pki");
        assertThat(issued.out()).isEqualToNormalizingNewlines("made DIR/pki/pump-18.pem\n");
        assertThat(issued.err()).contains("the request asks for pump.example.com too");
        assertThat(file("pki/pump-18.key")).doesNotExist();
        assertThat(pki("show DIR/pki/pump-18.pem DIR/device/pump-18.key").out())
                .contains("  key         EC P-256, fits CN=pump-18\n", "  names       none\n");

        Files.writeString(file("pw"), "secret-18\n");
        refused(
                "bundle pump-18 --pki DIR/pki --password-file DIR/pw",
                "there is no pump-18.key in DIR/pki: the key of a certificate that was asked for"
                        + " with a request stays where that was made; bring ca.pem and pump-18.pem"
                        + " there");
        Files.copy(file("pki/ca.pem"), file("device/ca.pem"));
        Files.copy(file("pki/pump-18.pem"), file("device/pump-18.pem"));
        assertThat(pki("bundle pump-18 --pki DIR/device --password-file DIR/pw").out())
                .isEqualToNormalizingNewlines("made DIR/device/pump-18.p12\n");

        Caddis another = pki("issue device pump-19 --csr DIR/device/pump-18.csr --pki DIR/pki");
        assertThat(another.exitCode()).isEqualTo(2);
        assertThat(another.err()).contains("is of CN=pump-18, not of pump-19; name the one");
    }

    @Test
    void a_request_that_its_key_did_not_sign_is_refused() throws IOException {
        pki("csr pump-18 --dir DIR");
        byte[] request = Base64.getMimeDecoder().decode(body(file("pump-18.csr")));
        request[request.length - 1] ^= 1;
        Files.writeString(
                file("forged.csr"),
                "-----BEGIN CERTIFICATE REQUEST-----\n"
                        + Base64.getMimeEncoder().encodeToString(request)
                        + "\n-----END CERTIFICATE REQUEST-----\n");
        refused("issue device pump-18 --csr DIR/forged.csr --pki DIR/pki", "forged.csr");
        assertThat(file("pki/pump-18.pem")).doesNotExist();
    }

    @Test
    void a_bundle_is_all_that_a_device_needs() throws Exception {
        pki("issue device pump-17 --pki DIR/pki");
        Files.writeString(file("pw"), "secret-17\nsecond line\n");
        pki("bundle pump-17 --pki DIR/pki --password-file DIR/pw");
        var loaded =
                ClientIdentity.pkcs12(null, file("pki/pump-17.p12"), "secret-17"::toCharArray)
                        .load();
        assertThat(loaded.keyManager()).isPresent();
        assertThat(loaded.trustManager().getAcceptedIssuers())
                .singleElement()
                .satisfies(ca ->
                        assertThat(ca.getSubjectX500Principal().getName()).isEqualTo("CN=Plant4"));
    }

    @ParameterizedTest
    @CsvSource({
        "broker.example.com, true",
        "BROKER.example.com, true",
        "10.0.0.5, true",
        "::1, true",
        "a.plant.example.com, true",
        "plant.example.com, false",
        "a.b.plant.example.com, false",
        "10.0.0.6, false",
        "other.example.com, false",
        "x.broker.example.com, false"
    })
    void show_tells_which_names_match(String host, boolean matches) {
        pki(
                "issue server broker.example.com --host 10.0.0.5 --host ::1"
                        + " --host *.plant.example.com --pki DIR/pki");
        Caddis show = pki("show --json DIR/pki/broker.example.com.pem --host " + host);
        assertThat(show.out()).contains("\"host_matches\":" + matches);
        assertThat(show.exitCode()).isEqualTo(matches ? 0 : 1);
        if (!matches) {
            assertThat(show.err()).contains("no certificate is for " + host);
        }
    }

    @Test
    void show_tells_a_key_that_does_not_fit() {
        pki("issue device pump-17 --pki DIR/pki");
        pki("issue device pump-18 --rsa --pki DIR/pki");
        Caddis show = pki("show DIR/pki/pump-17.pem DIR/pki/pump-18.key");
        assertThat(show.exitCode()).isEqualTo(1);
        assertThat(show.out()).contains("CN=Plant4, not among these files", "RSA 2048\n");
        assertThat(show.err()).contains("pump-18.key: the key fits none of these certificates");
    }

    @Test
    void show_tells_a_chain_in_the_wrong_order() throws IOException {
        pki("issue device pump-17 --pki DIR/pki");
        pki("issue device pump-18 --pki DIR/pki");
        String device = Files.readString(file("pki/pump-17.pem"));
        Path right = Files.writeString(file("right.pem"), device + read("pki/ca.pem"));
        Path wrong = Files.writeString(file("wrong.pem"), device + read("pki/pump-18.pem"));
        assertThat(pki("show " + right).exitCode()).isZero();
        Caddis show = pki("show " + wrong);
        assertThat(show.exitCode()).isEqualTo(1);
        assertThat(show.err()).contains("put the device's own certificate first");
        Path backwards = Files.writeString(file("back.pem"), read("pki/ca.pem") + device);
        assertThat(pki("show " + backwards).err()).contains("put the device's own");
    }

    @Test
    void show_opens_a_store_with_its_password_alone() throws IOException {
        pki("issue device pump-17 --pki DIR/pki");
        Files.writeString(file("pw"), "secret-17\n");
        Files.writeString(file("other"), "secret-18\n");
        pki("bundle pump-17 --pki DIR/pki --password-file DIR/pw");
        assertThat(pki("show DIR/pki/pump-17.p12 --password-file DIR/pw").out())
                .contains("EC P-256, encrypted, fits CN=pump-17");
        refused("show DIR/pki/pump-17.p12", "none is given; write --password-file FILE");
        refused("show DIR/pki/pump-17.p12 --password-file DIR/other", "does not open");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    issue device ../x --pki DIR/pki          | 2 | cannot name certificate files
                    issue device x --days 0 --pki DIR/pki    | 2 | --days is 0; write 1 to 36500
                    issue device x --host h --pki DIR/pki    | 2 | which nobody connects to; leave it out
                    issue router x --pki DIR/pki             | 2 | server
                    issue server x --host é.com --pki DIR/pki | 2 | is no host name and no IP address
                    issue server x --host a..b --pki DIR/pki | 2 | is no host name and no IP address
                    issue device x --pki DIR/none            | 1 | make one with: caddis pki init DIR/none
                    show DIR/nofile.pem                      | 1 | nofile.pem does not exist; correct the path
                    show                                     | 2 | FILE
                    bundle x --pki DIR/pki                   | 2 | --password-file
                    bundle x --pki DIR/pki --password-file X | 2 | there is no password file X
                    csr x --dir DIR/none                     | 1 | DIR/none does not exist
                    """)
    void an_error_is_a_sentence_with_its_exit_code(String line, int code, String sentence) {
        Caddis failed = pki(line);
        assertThat(failed.exitCode()).isEqualTo(code);
        assertThat(failed.err()).startsWith("caddis: ").contains(sentence).doesNotContain("\tat ");
        assertThat(failed.out()).isEmpty();
    }

    @Test
    void a_request_with_a_key_that_can_be_broken_is_refused() throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        BenchPki authority = BenchPki.open(file("pki"));
        var device = CertificateSubject.device("weak");
        assertThatThrownBy(() ->
                        authority.issueFor(
                                generator.generateKeyPair().getPublic(),
                                "weak",
                                device,
                                Duration.ofDays(1),
                                Instant.now()))
                .isInstanceOf(PkiException.class)
                .hasMessageContaining("is RSA 1024, which can be broken");
        assertThat(file("pki").resolve("weak.pem")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"init", "issue", "csr", "show", "bundle"})
    void every_part_has_help_with_an_example(String part) {
        Caddis help = pki(part + " --help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Example", "caddis pki " + part + " ");
    }

    private void refused(String line, String sentence) {
        Caddis refused = pki(line);
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).startsWith("caddis: ").contains(sentence);
    }

    private String body(Path pem) throws IOException {
        return Files.readString(pem).replaceAll("-----.*-----", "");
    }

    private String read(String name) throws IOException {
        return Files.readString(file(name));
    }

    private Path file(String name) {
        return folder.resolve(name);
    }

    /// `DIR` stands for the folder of this test.
    private Caddis pki(String line) {
        String where = folder.toString();
        Caddis done = Caddis.run(("pki " + line.replace("DIR", where)).split(" "));
        return new Caddis(
                done.exitCode(),
                done.out().replace(where, "DIR"),
                done.err().replace(where, "DIR"));
    }
}
