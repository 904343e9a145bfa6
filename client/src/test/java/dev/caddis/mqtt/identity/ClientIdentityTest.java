package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.caddis.mqtt.identity.IdentityException.Problem;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;

class ClientIdentityTest {

    private static final Issued ROOT = Pki.authority("CN=Root");
    private static final Issued DEVICE = ROOT.issue("CN=pump-17,O=Example");

    @TempDir private Path folder;

    @Test
    void an_EC_key_its_certificate_and_a_CA_are_loaded() throws Exception {
        LoadedIdentity loaded = pem(Pki.pem(ROOT.certificate()), certificate(), key()).load();
        assertThat(loaded.chain()).containsExactly(DEVICE.certificate());
        assertThat(loaded.subject()).contains("CN=pump-17,O=Example");
        assertThat(loaded.commonName()).contains("pump-17");
        assertThat(loaded.issuer()).contains("CN=Root");
        assertThat(loaded.certificateFile()).contains(folder.resolve("device.pem"));
        assertThat(loaded.caFile()).contains(folder.resolve("ca.pem"));
        assertThat(loaded.trustManager().getAcceptedIssuers()).containsExactly(ROOT.certificate());
        assertThat(loaded.keyManager()).isPresent();
    }

    @Test
    void an_RSA_key_is_loaded() throws Exception {
        KeyPair rsa = Pki.rsa();
        Issued device = ROOT.issue("CN=rsa", rsa, Validity.now());
        LoadedIdentity loaded =
                pem(null, Pki.pem(device.certificate()), Pki.pem(device.key())).load();
        assertThat(loaded.commonName()).contains("rsa");
    }

    @Test
    void a_CA_file_may_hold_several_CAs_and_text_around_them() throws Exception {
        Issued other = Pki.authority("CN=Other");
        String bundle =
                "# our CAs\r\n"
                        + Pki.pem(ROOT.certificate()).replace("\n", "\r\n")
                        + "\nsubject=CN=Other\n"
                        + Pki.pem(other.certificate());
        assertThat(pem(bundle, null, null).load().trustManager().getAcceptedIssuers())
                .containsExactlyInAnyOrder(ROOT.certificate(), other.certificate());
    }

    @Test
    void a_chain_keeps_its_order() throws Exception {
        Issued device = ROOT.intermediate("CN=Middle").issue("CN=pump-17");
        LoadedIdentity loaded = pem(null, Pki.pem(device.chain()), Pki.pem(device.key())).load();
        assertThat(loaded.chain()).isEqualTo(device.chain()).hasSize(2);
    }

    @Test
    void certificate_and_key_may_be_in_one_file() throws Exception {
        Path both = Pki.file(folder, "both.pem", key() + certificate());
        assertThat(ClientIdentity.pem(null, both, both).load().commonName()).contains("pump-17");
    }

    @Test
    void files_are_read_anew_at_each_load() throws Exception { // F27
        ClientIdentity identity = pem(null, certificate(), key());
        identity.load();
        Issued renewed = ROOT.issue("CN=renewed");
        Pki.file(folder, "device.pem", Pki.pem(renewed.certificate()));
        Pki.file(folder, "device.key", Pki.pem(renewed.key()));
        assertThat(identity.load().commonName()).contains("renewed");
    }

    @Test
    void without_a_CA_file_the_systems_CAs_are_trusted() throws Exception {
        LoadedIdentity loaded = ClientIdentity.systemTrust().load();
        assertThat(loaded.trustManager().getAcceptedIssuers()).isNotEmpty();
        assertThat(loaded.keyManager()).isEmpty();
        assertThat(loaded.chain()).isEmpty();
        assertThat(loaded.commonName()).isEmpty();
        assertThat(loaded.notAfter()).isEmpty();
    }

    @Test
    void an_expired_certificate_of_our_own_is_loaded_and_says_so() throws Exception {
        Issued expired = ROOT.issue("CN=old", Pki.ec(), Validity.past());
        assertThat(
                        pem(null, Pki.pem(expired.certificate()), Pki.pem(expired.key()))
                                .load()
                                .notAfter())
                .contains(Validity.past().to());
    }

    @Test
    void a_common_name_may_hold_what_the_DN_syntax_reserves() throws Exception {
        Issued device = ROOT.issue("O=Example\\, Inc.,CN=pump\\,17\\+x");
        assertThat(
                        pem(null, Pki.pem(device.certificate()), Pki.pem(device.key()))
                                .load()
                                .commonName())
                .contains("pump,17+x");
    }

    @Test
    void a_missing_file_is_named_with_its_role() { // F40
        Path none = folder.resolve("none.pem");
        assertThat(problem(Problem.FILE_MISSING, ClientIdentity.pem(none, null, null)::load))
                .isEqualTo("CA file " + none + " does not exist; correct the path");
        Path device = Pki.file(folder, "device.pem", certificate());
        assertThat(problem(Problem.FILE_MISSING, ClientIdentity.pem(null, device, none)::load))
                .startsWith("key file " + none + " does not exist");
        assertThat(problem(Problem.FILE_MISSING, ClientIdentity.pem(null, none, device)::load))
                .startsWith("certificate file " + none + " does not exist");
    }

    @Test
    void a_relative_path_that_is_missing_tells_where_it_was_looked_for() {
        Path relative = Path.of("certs-of-nobody/ca.pem");
        assertThat(problem(Problem.FILE_MISSING, ClientIdentity.pem(relative, null, null)::load))
                .contains("looked for " + relative.toAbsolutePath());
    }

    @Test
    void a_folder_in_place_of_a_file_is_unreadable() {
        assertThat(problem(Problem.FILE_UNREADABLE, ClientIdentity.pem(folder, null, null)::load))
                .startsWith("CA file " + folder + " cannot be read");
    }

    @Test
    void a_pipe_in_place_of_a_file_is_refused_at_once() throws Exception {
        OpenSsl.require("mkfifo");
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> {
                    assertThat(
                                    problem(
                                            Problem.FILE_UNREADABLE,
                                            ClientIdentity.pem(pipe, null, null)::load))
                            .isEqualTo(
                                    "CA file %s cannot be read: it is not a regular file; name one",
                                    pipe);
                    IOException refused =
                            assertThrows(IOException.class, KeyPassword.file(pipe)::read);
                    assertThat(refused).hasMessage("it is not a regular file; name one");
                });
    }

    @Test
    void a_certificate_without_a_key_and_a_key_without_a_certificate_are_refused() {
        assertThat(problem(Problem.KEY_NOT_GIVEN, pem(null, certificate(), null)::load))
                .contains("device.pem is given without a key file");
        assertThat(problem(Problem.CERTIFICATE_NOT_GIVEN, pem(null, null, key())::load))
                .contains("device.key is given without a certificate file");
    }

    @Test
    void a_key_that_does_not_fit_is_refused_with_both_files() { // F40
        for (String other :
                new String[] {Pki.pem(Pki.ec().getPrivate()), Pki.pem(Pki.rsa().getPrivate())}) {
            assertThat(problem(Problem.KEY_DOES_NOT_FIT, pem(null, certificate(), other)::load))
                    .contains("device.pem", "device.key", "CN=pump-17,O=Example")
                    .contains("does not fit");
        }
    }

    @Test
    void a_chain_in_the_wrong_order_is_refused_with_the_right_one() {
        Issued device = ROOT.intermediate("CN=Middle").issue("CN=pump-17");
        String reversed = Pki.pem(device.chain().reversed());
        assertThat(
                        problem(
                                Problem.KEY_DOES_NOT_FIT,
                                pem(null, reversed, Pki.pem(device.key()))::load))
                .contains("fits certificate number 2", "CN=pump-17")
                .contains("put the device's own certificate first");
    }

    @Test
    void what_is_not_PEM_is_told_apart() throws IOException {
        assertThat(problem(Problem.NOT_PEM, pem("hello", null, null)::load)).contains("is not PEM");
        assertThat(problem(Problem.NOT_PEM, pem("", null, null)::load)).contains("is empty");
        assertThat(problem(Problem.NOT_PEM, pem(key(), null, null)::load))
                .contains("no block \"-----BEGIN CERTIFICATE-----\"");
        assertThat(problem(Problem.NOT_PEM, pem(null, certificate(), certificate())::load))
                .contains("no block \"-----BEGIN PRIVATE KEY-----\"");
        String cut = certificate().substring(0, 200);
        assertThat(problem(Problem.NOT_PEM, pem(cut, null, null)::load))
                .contains("has no END line");
        String damaged = certificate().replaceFirst("\nM", "\n*");
        assertThat(problem(Problem.NOT_PEM, pem(damaged, null, null)::load))
                .contains("is not Base64");
        Path der = folder.resolve("ca.der");
        Files.write(der, new byte[] {0x30, 0x03});
        assertThat(problem(Problem.NOT_PEM, ClientIdentity.pem(der, null, null)::load))
                .contains("is binary");
    }

    @Test
    void a_certificate_block_without_a_certificate_is_refused() {
        String nothing = Pki.pem("CERTIFICATE", new byte[] {1, 2, 3});
        assertThat(problem(Problem.BAD_CERTIFICATE, pem(nothing, null, null)::load))
                .contains("certificate of line 1");
    }

    @Test
    void toString_names_files_and_nothing_that_is_in_them() throws Exception {
        ClientIdentity identity = pem(null, certificate(), key());
        assertThat(identity)
                .hasToString(
                        "the system's CAs, certificate file %s, key file %s"
                                .formatted(
                                        folder.resolve("device.pem"),
                                        folder.resolve("device.key")));
        assertThat(identity.load()).hasToString("CN=pump-17,O=Example, trusts the system's CAs");
    }

    private static String certificate() {
        return Pki.pem(DEVICE.certificate());
    }

    private static String key() {
        return Pki.pem(DEVICE.key());
    }

    private ClientIdentity pem(
            @Nullable String ca, @Nullable String certificate, @Nullable String key) {
        return ClientIdentity.pem(
                ca == null ? null : Pki.file(folder, "ca.pem", ca),
                certificate == null ? null : Pki.file(folder, "device.pem", certificate),
                key == null ? null : Pki.file(folder, "device.key", key));
    }

    private static String problem(Problem expected, Executable load) {
        IdentityException problem = assertThrows(IdentityException.class, load);
        assertThat(problem.problem()).isEqualTo(expected);
        return String.valueOf(problem.getMessage());
    }
}
