package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/// Keys in every form in which `openssl` writes them; a load checks that the key fits its
/// certificate.
class OpenSslKeysTest {

    private static final int DAMAGED_BYTES_STEP = 3;
    private static final String PASSWORD = "larva";

    @TempDir private static Path folder;

    @BeforeAll
    static void make() throws Exception {
        OpenSsl openssl = OpenSsl.in(folder);
        openssl.run("ecparam -name prime256v1 -genkey -noout -out ec.key");
        openssl.run("genrsa -out rsa.key 2048");
        for (String kind : new String[] {"ec", "rsa"}) {
            openssl.run(
                    "req -x509 -key KIND.key -subj /CN=KIND -days 2 -out KIND.pem"
                            .replace("KIND", kind));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -nocrypt -in ec.key -out OUT",
                "pkcs8 -topk8 -nocrypt -in rsa.key -out OUT",
                "rsa -traditional -in rsa.key -out OUT",
                "ec -in ec.key -out OUT",
                "ec -param_out -in ec.key -out OUT" // the curve alone: added to the key below
            })
    void a_plain_key_is_loaded(String command) throws Exception {
        Path key = run(command);
        if (command.contains("-param_out")) {
            Files.writeString(key, Files.readString(key) + withoutCurve("ec.key"));
        }
        assertThat(load(kind(command), key, "never asked").keyManager()).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"prime256v1", "secp384r1", "secp521r1"})
    void a_SEC1_key_behind_its_EC_PARAMETERS_is_loaded(String curve) throws Exception {
        Path key = run("ecparam -name " + curve + " -genkey -out OUT");
        assertThat(key).content().startsWith("-----BEGIN EC PARAMETERS-----");
        OpenSsl.in(folder)
                .run("req -x509 -key " + key.getFileName() + " -subj /CN=c -days 2 -out c.pem");
        assertThat(load("c", key, "never asked").commonName()).contains("c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pkcs8 -topk8 -v2 aes128 -v2prf hmacWithSHA1",
                "pkcs8 -topk8 -v2 aes128 -v2prf hmacWithSHA256",
                "pkcs8 -topk8 -v2 aes192 -v2prf hmacWithSHA256",
                "pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA1",
                "pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA256",
                "pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA512",
                "pkcs8 -topk8 -v2 des3 -v2prf hmacWithSHA1",
                "pkcs8 -topk8 -v1 PBE-SHA1-3DES",
                "pkcs8 -topk8 -v1 PBE-MD5-DES -provider legacy -provider default",
                "KIND -aes128 TRADITIONAL",
                "KIND -aes192 TRADITIONAL",
                "KIND -aes256 TRADITIONAL",
                "KIND -des3 TRADITIONAL"
            })
    void an_encrypted_key_is_loaded_with_its_password_and_with_no_other(String how)
            throws Exception {
        for (String kind : new String[] {"ec", "rsa"}) {
            Path key =
                    run(
                            how.replace("KIND", kind)
                                            .replace(
                                                    " TRADITIONAL",
                                                    kind.equals("rsa") ? " -traditional" : "")
                                    + " -in %s.key -passout pass:%s -out OUT"
                                            .formatted(kind, PASSWORD));
            assertThat(load(kind, key, PASSWORD).commonName()).contains(kind);
            for (String wrong : new String[] {"", "butterfly", "larvae"}) {
                IdentityException problem =
                        assertThrows(IdentityException.class, () -> load(kind, key, wrong));
                assertThat(problem.problem()).isEqualTo(Problem.WRONG_PASSWORD);
                assertThat(problem)
                        .hasMessageStartingWith("the key password does not open key file " + key)
                        .hasMessageEndingWith(wrong.isEmpty() ? "; it is empty" : "; correct it");
            }
            IdentityException none =
                    assertThrows(
                            IdentityException.class,
                            () -> ClientIdentity.pem(null, certificate(kind), key).load());
            assertThat(none.problem()).isEqualTo(Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pkcs8 -topk8 -v2 aes256", "ec -aes256"})
    void a_password_is_taken_as_UTF_8(String how) throws Exception {
        Files.writeString(folder.resolve("umlaut"), "lärva\n");
        Path key = run(how + " -in ec.key -passout file:umlaut -out OUT");
        assertThat(load("ec", key, "lärva").commonName()).contains("ec");
    }

    @Test
    void the_password_of_an_old_scheme_must_be_ASCII() throws Exception {
        Path key = run("pkcs8 -topk8 -v1 PBE-SHA1-3DES -in ec.key -passout pass:x -out OUT");
        assertThat(assertThrows(IdentityException.class, () -> load("ec", key, "lärva")))
                .hasMessageContaining("printable ASCII")
                .hasMessageNotContaining("lärva");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec -camellia256", "ec -aria128", "ec -des"})
    void an_encryption_that_is_not_read_is_refused_with_the_command_that_helps(String how)
            throws Exception {
        Path key =
                run(
                        how
                                + " -provider legacy -provider default -in ec.key"
                                + " -passout pass:larva -out OUT");
        IdentityException problem =
                assertThrows(IdentityException.class, () -> load("ec", key, PASSWORD));
        assertThat(problem.problem()).isEqualTo(Problem.UNSUPPORTED_KEY);
        assertThat(problem)
                .hasMessageContaining(
                        "openssl pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA256 -in " + key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "ed448"})
    void an_Edwards_curve_key_is_loaded(String algorithm) throws Exception {
        Path key = run("genpkey -algorithm " + algorithm + " -out OUT");
        OpenSsl.in(folder)
                .run("req -x509 -key " + key.getFileName() + " -subj /CN=e -days 2 -out e.pem");
        assertThat(load("e", key, "never asked").commonName()).contains("e");
        Path encrypted =
                run(
                        "pkcs8 -topk8 -in %s -passout pass:larva -out OUT"
                                .formatted(key.getFileName()));
        assertThat(load("e", encrypted, PASSWORD).commonName()).contains("e");
        assertThat(assertThrows(IdentityException.class, () -> load("ec", key, PASSWORD)).problem())
                .isEqualTo(Problem.KEY_DOES_NOT_FIT);
    }

    @Test
    void a_curve_that_Java_does_not_sign_with_is_refused_by_name() throws Exception {
        Path key = run("ecparam -name secp256k1 -genkey -noout -out OUT");
        IdentityException problem =
                assertThrows(IdentityException.class, () -> load("ec", key, PASSWORD));
        assertThat(problem.problem()).isEqualTo(Problem.UNSUPPORTED_KEY);
        assertThat(problem).hasMessageContaining("curve P-256, P-384 or P-521");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ec -in ec.key -out OUT",
                "ec -aes128 -in ec.key -passout pass:larva -out OUT",
                "rsa -traditional -in rsa.key -out OUT",
                "pkcs8 -topk8 -v2 aes256 -in ec.key -passout pass:larva -out OUT",
                "pkcs8 -topk8 -v1 PBE-SHA1-3DES -in ec.key -passout pass:larva -out OUT"
            })
    void a_damaged_or_cut_key_gives_one_sentence(String command) throws Exception {
        Path key = run(command);
        String text = Files.readString(key);
        for (int end = 0; end < text.lastIndexOf("-----"); end += DAMAGED_BYTES_STEP) {
            assertThat(sentence(command, text.substring(0, end))).startsWith("key file ");
        }
        int begin = text.lastIndexOf("\n\n") < 0 ? text.indexOf('\n') : text.lastIndexOf("\n\n");
        int end = text.indexOf("-----END");
        String header = text.substring(0, begin).strip();
        byte[] der = Base64.getMimeDecoder().decode(text.substring(begin, end));
        for (int i = 0; i < der.length; i += DAMAGED_BYTES_STEP) {
            der[i] ^= 0x41;
            String body = Base64.getMimeEncoder().encodeToString(der);
            der[i] ^= 0x41;
            String gap = header.contains("DEK-Info") ? "\n\n" : "\n";
            sentence(command, header + gap + body + "\n" + text.substring(end));
        }
    }

    /// What a load of the changed key says: one line, or nothing where the change did no harm.
    private static String sentence(String command, String key) throws IOException {
        Path file = folder.resolve("damaged.key");
        Files.writeString(file, key);
        try {
            load(kind(command), file, PASSWORD);
            return "";
        } catch (IdentityException problem) {
            assertThat(problem.getMessage()).doesNotContain("\n").contains("damaged.key");
            return String.valueOf(problem.getMessage());
        }
    }

    private static Path run(String command) throws Exception {
        Path out = Files.createTempFile(folder, "key", ".pem");
        OpenSsl.in(folder).run(command.replace("OUT", out.getFileName().toString()));
        return out;
    }

    private static String kind(String command) {
        return command.contains("rsa.key") ? "rsa" : "ec";
    }

    private static Path certificate(String kind) {
        return folder.resolve(kind + ".pem");
    }

    private static LoadedIdentity load(String kind, Path key, String password)
            throws IdentityException {
        return ClientIdentity.pem(null, certificate(kind), key, password::toCharArray).load();
    }

    /// The SEC1 key in `name`, its curve cut out.
    private static String withoutCurve(String name) throws Exception {
        String pem = Files.readString(folder.resolve(name));
        byte[] der = Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
        Der fields = Der.reader(der).enter(Der.SEQUENCE);
        byte[] version = fields.take(Der.INTEGER);
        byte[] number = fields.take(Der.OCTET_STRING);
        fields.take(Der.TAGGED_0);
        return Pki.pem(
                "EC PRIVATE KEY",
                Der.write(
                        Der.SEQUENCE,
                        Der.write(Der.INTEGER, version),
                        Der.write(Der.OCTET_STRING, number),
                        fields.rest()));
    }
}
