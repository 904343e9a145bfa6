package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.identity.IdentityException.Problem;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

class Pkcs12Test {

    private static final String PASSWORD = "larva";
    private static final int CUT_STEP = 5;
    private static final int DAMAGED_BYTES_STEP = 11;

    private static final Issued ROOT = Pki.authority("CN=Root");
    private static final Issued DEVICE = ROOT.intermediate("CN=Middle").issue("CN=pump-17");

    @TempDir private Path folder;

    /// What is put into a file.
    @FunctionalInterface
    private interface Fill {
        void into(KeyStore store) throws GeneralSecurityException;
    }

    private Path file(Fill fill) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        fill.into(store);
        Path file = folder.resolve("device.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static Fill key(String alias, Issued issued) {
        return store ->
                store.setKeyEntry(
                        alias,
                        issued.key(),
                        PASSWORD.toCharArray(),
                        issued.chain().toArray(Certificate[]::new));
    }

    private static LoadedIdentity load(@Nullable Path ca, Path file) throws IdentityException {
        return ClientIdentity.pkcs12(ca, file, PASSWORD::toCharArray).load();
    }

    @Test
    void certificate_chain_and_key_are_loaded_and_the_systems_CAs_trusted() throws Exception {
        Path file = file(key("device", DEVICE));
        LoadedIdentity loaded = load(null, file);
        assertThat(loaded.chain()).isEqualTo(DEVICE.chain()).hasSize(2);
        assertThat(loaded.commonName()).contains("pump-17");
        assertThat(loaded.certificateFile()).contains(file);
        assertThat(loaded.caFile()).isEmpty();
        assertThat(loaded.trustManager().getAcceptedIssuers())
                .hasSizeGreaterThan(1)
                .doesNotContain(DEVICE.chain().getLast());
        assertThat(loaded.keyManager().orElseThrow().getPrivateKey("device"))
                .isEqualTo(DEVICE.key());
    }

    @Test
    void a_CA_file_beside_it_is_trusted_and_nothing_else() throws Exception {
        Issued other = Pki.authority("CN=Other");
        Path file =
                file(store -> {
                    key("device", DEVICE).into(store);
                    store.setCertificateEntry("ca", other.certificate());
                });
        Path ca = Pki.file(folder, "ca.pem", Pki.pem(ROOT.certificate()));
        LoadedIdentity loaded = load(ca, file);
        assertThat(loaded.caFile()).contains(ca);
        assertThat(issuers(loaded)).containsExactly(ROOT.certificate());
    }

    @Test
    void what_the_file_marks_as_trusted_is_trusted_where_no_CA_file_is_named() throws Exception {
        Path file =
                file(store -> {
                    key("device", DEVICE).into(store);
                    store.setCertificateEntry("ca", ROOT.certificate());
                });
        LoadedIdentity loaded = load(null, file);
        assertThat(issuers(loaded)).containsExactly(ROOT.certificate());
        assertThat(loaded.caFile()).contains(file);
    }

    private static List<X509Certificate> issuers(LoadedIdentity loaded) {
        return List.of(loaded.trustManager().getAcceptedIssuers());
    }

    @Test
    void RSA_and_Ed25519_keys_are_loaded() throws Exception {
        Path file = file(key("rsa", ROOT.issue("CN=rsa", Pki.rsa(), Validity.now())));
        assertThat(load(null, file).commonName()).contains("rsa");
        file(key("ed", ROOT.issue("CN=ed", Pki.ed25519(), Validity.now())));
        assertThat(load(null, file).commonName()).contains("ed");
    }

    @Test
    void an_expired_certificate_is_loaded_and_says_so() throws Exception {
        Path file = file(key("old", ROOT.issue("CN=old", Pki.ec(), Validity.past())));
        assertThat(load(null, file).notAfter()).contains(Validity.past().to());
    }

    @Test
    void file_and_password_are_read_anew_at_each_load() throws Exception { // F27
        Path file = file(key("device", DEVICE));
        var password = new AtomicReference<>("wrong");
        ClientIdentity identity =
                ClientIdentity.pkcs12(null, file, () -> password.get().toCharArray());
        problem(Problem.WRONG_PASSWORD, identity);
        password.set(PASSWORD);
        assertThat(identity.load().commonName()).contains("pump-17");
        file(key("device", ROOT.issue("CN=renewed")));
        assertThat(identity.load().commonName()).contains("renewed");
    }

    @Test
    void the_password_is_overwritten_after_use() throws Exception {
        char[] password = PASSWORD.toCharArray();
        ClientIdentity.pkcs12(null, file(key("device", DEVICE)), () -> password).load();
        assertThat(password).containsOnly('\0');
    }

    @Test
    void a_wrong_password_is_told_and_not_shown() throws Exception { // F40
        Path file = file(key("device", DEVICE));
        String sentence =
                problem(
                        Problem.WRONG_PASSWORD,
                        ClientIdentity.pkcs12(null, file, "butterfly"::toCharArray));
        assertThat(sentence)
                .isEqualTo("the key password does not open PKCS#12 file %s; correct it", file);
        assertThat(
                        problem(
                                Problem.WRONG_PASSWORD,
                                ClientIdentity.pkcs12(null, file, "lärva"::toCharArray)))
                .contains("printable ASCII")
                .doesNotContain("lärva");
        assertThat(
                        problem(
                                Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD,
                                ClientIdentity.pkcs12(null, file, null)))
                .contains("is protected by a password and none is given; give one");
        KeyPassword failing =
                () -> {
                    throw new IOException("the vault is sealed");
                };
        assertThat(problem(Problem.PASSWORD_UNREADABLE, ClientIdentity.pkcs12(null, file, failing)))
                .contains("the vault is sealed");
    }

    @Test
    void a_key_under_another_password_than_its_file_is_told() throws Exception {
        Path file =
                file(store ->
                        store.setKeyEntry(
                                "device",
                                DEVICE.key(),
                                "other".toCharArray(),
                                DEVICE.chain().toArray(Certificate[]::new)));
        assertThat(refused(Problem.WRONG_PASSWORD, file)).contains("and not the private key in it");
    }

    @Test
    void a_file_without_a_key_or_with_two_is_refused() throws Exception { // F40
        assertThat(
                        refused(
                                Problem.BAD_STORE,
                                file(store -> store.setCertificateEntry("c", ROOT.certificate()))))
                .contains("holds no private key", "only certificates it trusts")
                .contains("openssl pkcs12 -export -in CERTIFICATE -inkey KEY -out FILE");
        assertThat(refused(Problem.BAD_STORE, file(store -> {})))
                .contains("holds no private key that Java can read (it must be encrypted)");
        assertThat(
                        refused(
                                Problem.BAD_STORE,
                                file(store -> {
                                    key("one", DEVICE).into(store);
                                    key("two", ROOT.issue("CN=two")).into(store);
                                })))
                .contains("holds 2 private keys");
    }

    @Test
    void a_key_that_does_not_fit_is_refused() throws Exception { // F40
        Issued mixed = new Issued(Pki.ec(), DEVICE.certificate(), DEVICE.above());
        assertThat(refused(Problem.KEY_DOES_NOT_FIT, file(key("mixed", mixed))))
                .contains("does not fit the certificate in it (CN=pump-17)");
    }

    @Test
    void what_is_not_PKCS12_is_told_apart() throws Exception {
        Path none = folder.resolve("none.p12");
        assertThat(refused(Problem.FILE_MISSING, none))
                .startsWith("PKCS#12 file " + none + " does not exist");
        assertThat(refused(Problem.BAD_STORE, Pki.file(folder, "empty", ""))).contains("is empty");
        assertThat(refused(Problem.BAD_STORE, Pki.file(folder, "text", "hello")))
                .contains("is it the right file?");
        Path pem = Pki.file(folder, "device.pem", Pki.pem(DEVICE.certificate()));
        assertThat(refused(Problem.BAD_STORE, pem)).contains("begins like PEM");
        Path der = folder.resolve("device.der");
        Files.write(der, DEVICE.certificate().getEncoded());
        assertThat(refused(Problem.BAD_STORE, der)).contains("is cut off or damaged");
    }

    @Test
    void a_file_that_is_cut_off_or_damaged_gives_one_sentence() throws Exception {
        Path file = file(key("device", DEVICE));
        byte[] whole = Files.readAllBytes(file);
        for (int length = 1; length < whole.length; length += CUT_STEP) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(refused(Problem.BAD_STORE, file))
                    .isEqualTo("PKCS#12 file %s is cut off or damaged; copy it again", file);
        }
        for (int i = 1; i < whole.length; i += DAMAGED_BYTES_STEP) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 0x41;
            Files.write(file, damaged);
            IdentityException problem =
                    assertThrows(IdentityException.class, () -> load(null, file), "byte " + i);
            assertThat(problem.getMessage()).contains("device.p12").doesNotContain("\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " -legacy", " -macalg sha512", " -nomac"})
    void a_file_that_openssl_made_is_loaded(String how) throws Exception {
        OpenSsl openssl = withDeviceIn(folder);
        openssl.run(
                "pkcs12 -export -in device.pem -inkey device.key -passout pass:larva -out o.p12"
                        + how);
        LoadedIdentity loaded = load(null, folder.resolve("o.p12"));
        assertThat(loaded.chain()).isEqualTo(DEVICE.chain());
    }

    @Test
    void a_file_with_an_empty_password_needs_none() throws Exception {
        withDeviceIn(folder)
                .run("pkcs12 -export -in device.pem -inkey device.key -passout pass: -out e.p12");
        Path file = folder.resolve("e.p12");
        assertThat(ClientIdentity.pkcs12(null, file, null).load().commonName()).contains("pump-17");
        assertThat(ClientIdentity.pkcs12(null, file, ""::toCharArray).load().commonName())
                .contains("pump-17");
    }

    @Test
    void a_key_without_its_certificate_is_refused() throws Exception {
        withDeviceIn(folder)
                .run("pkcs12 -export -nocerts -inkey device.key -passout pass:larva -out k.p12");
        assertThat(refused(Problem.BAD_STORE, folder.resolve("k.p12")))
                .contains("holds a private key without its certificate; make it again");
    }

    @Test
    void toString_names_the_file_and_nothing_that_is_in_it() throws Exception {
        Path file = file(key("device", DEVICE));
        ClientIdentity identity = ClientIdentity.pkcs12(null, file, PASSWORD::toCharArray);
        assertThat(identity).hasToString("PKCS#12 file " + file);
        assertThat(identity.load()).hasToString("CN=pump-17, trusts the system's CAs");
    }

    private static OpenSsl withDeviceIn(Path folder) {
        Pki.file(folder, "device.pem", Pki.pem(DEVICE.chain()));
        Pki.file(folder, "device.key", Pki.pem(DEVICE.key()));
        return OpenSsl.in(folder);
    }

    private static String refused(Problem expected, Path file) {
        return problem(expected, ClientIdentity.pkcs12(null, file, PASSWORD::toCharArray));
    }

    private static String problem(Problem expected, ClientIdentity identity) {
        IdentityException problem = assertThrows(IdentityException.class, identity::load);
        assertThat(problem.problem()).as(problem.getMessage()).isEqualTo(expected);
        return String.valueOf(problem.getMessage());
    }
}
