package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.identity.IdentityException.Problem;
import dev.caddis.mqtt.identity.Pki.Issued;
import dev.caddis.mqtt.identity.Pki.Validity;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Security;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Keys that stay in a token, here SoftHSM2.
class Pkcs11Test {

    private static final Issued CA = Pki.authority("CN=Test CA");

    private static X509Certificate pump;

    @TempDir private Path folder;

    @BeforeAll
    static void make() throws Exception {
        SoftHsm hsm = SoftHsm.empty();
        for (String each : new String[] {"plant", "twins", "bare", "locked", "guarded"}) {
            hsm.token(each);
        }
        pump = hsm.key("plant", "pump-17", "EC:prime256v1", CA);
        hsm.key("twins", "left", "EC:prime256v1", CA);
        hsm.key("twins", "right", "rsa:2048", CA);
        hsm.keyAlone("bare", "lone", "EC:prime256v1");
        hsm.key("locked", "pump-18", "EC:prime256v1", CA);
        hsm.key("guarded", "pump-19", "EC:prime256v1", CA);
    }

    private static ClientIdentity identity(String uri, @Nullable String pin) {
        return ClientIdentity.pkcs11(null, null, uri, pin == null ? null : pin::toCharArray);
    }

    private static IdentityException refusal(ClientIdentity identity) {
        return assertThrows(IdentityException.class, identity::load);
    }

    @Test
    void the_key_is_found_and_never_seen() throws Exception {
        LoadedIdentity loaded = identity(SoftHsm.uri("plant", ""), SoftHsm.PIN).load();
        PrivateKey key = loaded.keyManager().orElseThrow().getPrivateKey("device");
        assertThat(key.getEncoded()).isNull();
        assertThat(loaded.chain()).containsExactly(pump);
        assertThat(loaded.commonName()).contains("pump-17");
        assertThat(loaded.certificateFile()).isEmpty();
        assertThat(loaded.certificateSource()).contains("PKCS#11 token plant of " + SoftHsm.MODULE);
    }

    @Test
    void one_of_several_keys_is_named_by_its_label() throws Exception {
        LoadedIdentity right = identity(SoftHsm.uri("twins", ";object=right"), SoftHsm.PIN).load();
        assertThat(right.commonName()).contains("right");
        assertThat(right.keyManager().orElseThrow().getPrivateKey("device").getAlgorithm())
                .isEqualTo("RSA");
        assertThat(refusal(identity(SoftHsm.uri("twins", ""), SoftHsm.PIN)))
                .hasMessageContaining("has the keys ")
                .hasMessageContaining("left")
                .hasMessageContaining("; name one of them, object=LABEL");
        IdentityException none =
                refusal(identity(SoftHsm.uri("twins", ";object=middle"), SoftHsm.PIN));
        assertThat(none.problem()).isEqualTo(Problem.BAD_STORE);
        assertThat(none).hasMessageContaining("has no key middle, but the keys ");
    }

    @Test
    void the_certificate_may_come_from_a_file_and_must_fit() throws Exception {
        Path own = Files.writeString(folder.resolve("own.pem"), Pki.pem(pump, CA.certificate()));
        Path other =
                Files.writeString(
                        folder.resolve("other.pem"), Pki.pem(CA.issue("CN=x").certificate()));
        LoadedIdentity loaded =
                ClientIdentity.pkcs11(
                                null,
                                own,
                                SoftHsm.uri("plant", ";object=pump-17"),
                                SoftHsm.PIN::toCharArray)
                        .load();
        assertThat(loaded.chain()).containsExactly(pump, CA.certificate());
        assertThat(loaded.certificateFile()).contains(own);
        IdentityException wrong =
                refusal(
                        ClientIdentity.pkcs11(
                                null, other, SoftHsm.uri("plant", ""), SoftHsm.PIN::toCharArray));
        assertThat(wrong.problem()).isEqualTo(Problem.KEY_DOES_NOT_FIT);
        assertThat(wrong).hasMessageContaining("does not fit certificate file " + other);
    }

    @Test
    void what_is_wrong_with_a_certificate_leaves_the_keys_of_its_token_at_work() throws Exception {
        LoadedIdentity inUse = identity(SoftHsm.uri("plant", ""), SoftHsm.PIN).load();
        Path half = Files.writeString(folder.resolve("half.pem"), "-----BEGIN CERTIFICATE-----\nM");
        Path other =
                Files.writeString(
                        folder.resolve("other.pem"), Pki.pem(CA.issue("CN=x").certificate()));
        Path curve =
                Files.writeString(
                        folder.resolve("curve.pem"),
                        Pki.pem(CA.issue("CN=y", p384(), Validity.now()).certificate()));
        for (Path wrong : List.of(half, other, curve)) {
            refusal(
                    ClientIdentity.pkcs11(
                            null, wrong, SoftHsm.uri("plant", ""), SoftHsm.PIN::toCharArray));
            assertThat(signs(inUse)).as(wrong.toString()).isTrue();
        }
        refusal(identity(SoftHsm.uri("plant", ";object=absent"), SoftHsm.PIN));
        assertThat(signs(inUse)).as("another label").isTrue();
    }

    @Test
    void a_certificate_that_is_kept_goes_on_with_the_key_as_its_token_gives_it_now()
            throws Exception {
        Path half = Files.writeString(folder.resolve("half.pem"), "-----BEGIN CERTIFICATE-----\nM");
        LoadedIdentity kept = identity(SoftHsm.uri("plant", ""), SoftHsm.PIN).load();
        Security.removeProvider(provider(kept)); // as after the token failed
        ClientIdentity broken =
                ClientIdentity.pkcs11(
                        null, half, SoftHsm.uri("plant", ""), SoftHsm.PIN::toCharArray);
        refusal(broken);
        assertThat(signs(kept)).as("met anew").isFalse();
        LoadedIdentity again = broken.loadKept(kept);
        assertThat(signs(again)).isTrue();
        assertThat(again.isSameAs(kept)).isTrue();
        assertThat(again.certificateInWords()).isEqualTo(kept.certificateInWords());
    }

    @Test
    void a_certificate_whose_key_is_no_longer_in_the_token_is_not_kept() throws Exception {
        LoadedIdentity kept = identity(SoftHsm.uri("plant", ""), SoftHsm.PIN).load();
        IdentityException gone =
                assertThrows(
                        IdentityException.class,
                        () ->
                                identity(SoftHsm.uri("twins", ";object=left"), SoftHsm.PIN)
                                        .loadKept(kept));
        assertThat(gone.problem()).isEqualTo(Problem.KEY_DOES_NOT_FIT);
        assertThat(gone)
                .hasMessageContaining("does not fit the certificate that was in use before");
    }

    private static String provider(LoadedIdentity identity) throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(identity.keyManager().orElseThrow().getPrivateKey("device"));
        return signature.getProvider().getName();
    }

    private static KeyPair p384() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp384r1"));
        return generator.generateKeyPair();
    }

    /// As TLS has it sign: by whichever of the registered providers can.
    private static boolean signs(LoadedIdentity identity) {
        return KeyFit.signs(identity.keyManager().orElseThrow().getPrivateKey("device"));
    }

    @Test
    void a_key_without_a_certificate_is_told_with_the_remedy() {
        IdentityException bare = refusal(identity(SoftHsm.uri("bare", ""), SoftHsm.PIN));
        assertThat(bare.problem()).isEqualTo(Problem.BAD_STORE);
        assertThat(bare)
                .hasMessageContaining("no private key with its certificate")
                .hasMessageContaining("pkcs11-tool --write-object");
    }

    @Test
    void a_token_that_is_not_there_is_told_with_those_that_are() {
        IdentityException absent = refusal(identity(SoftHsm.uri("pulled", ""), SoftHsm.PIN));
        assertThat(absent.problem()).isEqualTo(Problem.TOKEN_UNUSABLE);
        assertThat(absent)
                .hasMessageContaining("PKCS#11 token pulled of " + SoftHsm.MODULE + " is not there")
                .hasMessageContaining("plant (serial ");
    }

    @Test
    void a_library_that_is_none_is_named() throws Exception {
        Path text = Files.writeString(folder.resolve("p11.so"), "no library");
        IdentityException none =
                refusal(identity("pkcs11:token=plant?module-path=" + text, SoftHsm.PIN));
        assertThat(none.problem()).isEqualTo(Problem.TOKEN_UNUSABLE);
        assertThat(none).hasMessageContaining(text.toString());
        IdentityException absent =
                refusal(
                        identity(
                                "pkcs11:token=plant?module-path=" + folder.resolve("absent"),
                                SoftHsm.PIN));
        assertThat(absent.problem()).isEqualTo(Problem.FILE_MISSING);
    }

    @Test
    void a_PIN_that_was_refused_is_not_tried_again_until_it_is_another() throws Exception {
        AtomicReference<String> pin = new AtomicReference<>("0000");
        ClientIdentity identity =
                ClientIdentity.pkcs11(
                        null, null, SoftHsm.uri("locked", ""), () -> pin.get().toCharArray());
        IdentityException first = refusal(identity);
        assertThat(first.problem()).isEqualTo(Problem.WRONG_PASSWORD);
        assertThat(first)
                .hasMessageContaining("the PIN does not open PKCS#11 token locked")
                .hasMessageEndingWith("; correct it, or set it at the token and restart")
                .hasMessageNotContaining("0000");
        assertThat(refusal(identity))
                .hasMessageContaining("was refused before and is not tried again")
                .hasMessageEndingWith("; correct it, or set it at the token and restart");
        pin.set(SoftHsm.PIN);
        assertThat(identity.load().commonName()).contains("pump-18");
    }

    @Test
    void a_PIN_that_was_refused_is_not_tried_by_the_next_reading_of_the_configuration()
            throws Exception {
        String uri = SoftHsm.uri("guarded", "");
        assertThat(refusal(identity(uri, "0000")))
                .hasMessageContaining("the PIN does not open PKCS#11 token guarded");
        assertThat(refusal(identity(uri, "0000")))
                .hasMessageContaining("was refused before and is not tried again");
        assertThat(identity(uri, SoftHsm.PIN).load().commonName()).contains("pump-19");
    }

    @Test
    void a_PIN_that_is_missing_or_cannot_be_read_is_told() {
        assertThat(refusal(identity(SoftHsm.uri("plant", ""), null)).problem())
                .isEqualTo(Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD);
        ClientIdentity unreadable =
                ClientIdentity.pkcs11(
                        null,
                        null,
                        SoftHsm.uri("plant", ""),
                        () -> {
                            throw new IOException("the vault is shut");
                        });
        assertThat(refusal(unreadable).problem()).isEqualTo(Problem.PASSWORD_UNREADABLE);
        assertThat(refusal(unreadable)).hasMessageContaining("the vault is shut");
    }

    @Test
    void the_PIN_may_stand_in_the_file_that_the_URI_names() throws Exception {
        Path file = Files.writeString(folder.resolve("pin"), SoftHsm.PIN + "\n");
        assertThat(identity(SoftHsm.uri("plant", "") + "&pin-source=" + file, null).load().chain())
                .containsExactly(pump);
    }

    @Test
    void the_token_gives_the_random_numbers() {
        assertThat(identity(SoftHsm.uri("plant", ""), SoftHsm.PIN).random().getProvider().getName())
                .startsWith("SunPKCS11-caddis-");
        assertThat(ClientIdentity.systemTrust().random().getProvider().getName())
                .doesNotContain("PKCS11");
    }
}
