package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/// Keys as OpenSSL 3 writes them; the password is "larva".
class EncryptedKeyTest {

    /// `openssl req -x509 -key KEY -subj /O=Example/CN=pump-17`
    private static final String CERTIFICATE =
            """
            -----BEGIN CERTIFICATE-----
            MIIBoDCCAUWgAwIBAgIUPmNYd3cpyeJsVRysEKXV7q4fS8AwCgYIKoZIzj0EAwIw
            JDEQMA4GA1UECgwHRXhhbXBsZTEQMA4GA1UEAwwHcHVtcC0xNzAgFw0yNjExMjIw
            NTIyNTJaGA8yMTI2MTAyOTA1MjI1MlowJDEQMA4GA1UECgwHRXhhbXBsZTEQMA4G
            A1UEAwwHcHVtcC0xNzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJX/uuXjiXkQ
            gVCA/V1KleUVp+1xFEjgFVghX8DrzQCTEo8dHhpVuGBQMq8L7bRZpw19dMAAN3Y1
            VKjQX2MOeXujUzBRMB0GA1UdDgQWBBTySiEwaXAbzqjmB8L4w4HjdCPv3jAfBgNV
            HSMEGDAWgBTySiEwaXAbzqjmB8L4w4HjdCPv3jAPBgNVHRMBAf8EBTADAQH/MAoG
            CCqGSM49BAMCA0kAMEYCIQD1zd/+mC6Qab6dropR0fNDwcBh1JOy8t1xUt/DHBeU
            KQIhAIlYsYYzuTNXJSRrAOyper9iU5egoWn5rd7L5vhxRkix
            -----END CERTIFICATE-----
            """;

    /// `openssl pkcs8 -topk8`
    private static final String KEY =
            """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgCNUBtwKRLBAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEL2zwy8y2MozTDEU5Rh1pwAEgZAm
            Tc3Dexd4IDGg1gP9hxcquMwHz+wPxUArk20P7ckXYDNmefX2w6/HSNCnUFdy7tQs
            cG4aOqUe9T5jNB0nISiPBoXPboVnJ+k8jdbzWioU6n2vZTiO9BoLtnSlHK+9bmcD
            TCdq7usHMm2+X5ek5yTixgH+uJgQvGxtRAvSSh6ZkWBN+AZYZs4FidabdTPlNSY=
            -----END ENCRYPTED PRIVATE KEY-----
            """;

    /// `openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES`, its 2,048 rounds changed to 2,147,483,647
    private static final String ENDLESS_KEY =
            """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGzMB4GCiqGSIb3DQEMAQMwEAQIR74JlRz5E3QCBH////8EgZBrSycChQN8RjmG
            zYuz+uBZg5/J9+TKf0NV/itEywfnzNlPrHxsqSDipA3q8A6mdpitF5gfclkYav8i
            KZ+NMbuUqnMyTAqUS38iet1w6wPjANCoTxTBlbT/UHTwG2GjMpWr1mKqehZn7BGA
            y/RvrtwD88ZjrrBhAAG+GuxAW9wwN/vr4yXw1RITiGQzLoJLCk0=
            -----END ENCRYPTED PRIVATE KEY-----
            """;

    /// `openssl pkcs8 -topk8 -scrypt`
    private static final String SCRYPT_KEY =
            """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAj/m0Ek1xmMVwICQAAC
            AQgCAQEwHQYJYIZIAWUDBAEqBBCUNsChkKlTna81XsXR/tqvBIGQrjdfLWn2DIEm
            ZZUYFrCQUSZj+zvdBPJGEFCO1qk14WdeFAu3eLxfZu8lXjM/Mchl9tH+23yTWkya
            K3rzwYZACQYVdgtI8K3/xKwsdD2vREoro8+dXyNXMB/ZM95B3Wf9R96x1kxyDa2x
            a1+y/SJYj8Q5qdQRxwTvpXNUA9RrK52LMZbNaiX8uGY6hKwDjIcy
            -----END ENCRYPTED PRIVATE KEY-----
            """;

    @TempDir private Path folder;

    @Test
    void the_right_password_opens_the_key_and_is_overwritten_after_use() throws Exception {
        char[] password = "larva".toCharArray();
        LoadedIdentity loaded = identity(KEY, () -> password).load();
        assertThat(loaded.commonName()).contains("pump-17");
        assertThat(password).containsOnly('\0');
    }

    @Test
    void the_password_may_stand_in_the_first_line_of_a_file() throws Exception {
        for (String content : new String[] {"larva", "larva\n", "larva\r\nsecond line\n"}) {
            Path file = Pki.file(folder, "password", content);
            assertThat(identity(KEY, KeyPassword.file(file)).load().commonName())
                    .contains("pump-17");
        }
    }

    @Test
    void the_password_is_asked_at_each_load() throws Exception { // F27
        var password = new AtomicReference<>("wrong");
        ClientIdentity identity = identity(KEY, () -> password.get().toCharArray());
        assertThat(problem(Problem.WRONG_PASSWORD, identity)).contains("does not open");
        password.set("larva");
        assertThat(identity.load().commonName()).contains("pump-17");
    }

    @ParameterizedTest
    @CsvSource({"butterfly, correct it", "'', it is empty", "lärva, correct it"})
    void a_wrong_password_is_told_and_not_shown(String password, String hint) {
        String sentence = problem(Problem.WRONG_PASSWORD, identity(KEY, password::toCharArray));
        assertThat(sentence).contains("device.key", hint);
        if (!password.isEmpty()) {
            assertThat(sentence).doesNotContain(password);
        }
    }

    @Test
    void a_key_that_would_take_hours_to_decrypt_is_refused_at_once() {
        assertThat(problem(Problem.UNSUPPORTED_KEY, identity(ENDLESS_KEY, "larva"::toCharArray)))
                .contains("device.key");
    }

    @Test
    void a_password_is_needed() {
        assertThat(problem(Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD, identity(KEY, null)))
                .contains("device.key is encrypted and no key password is given");
    }

    @Test
    void a_password_that_cannot_be_read_is_told_with_its_file() {
        Path none = folder.resolve("none");
        assertThat(problem(Problem.PASSWORD_UNREADABLE, identity(KEY, KeyPassword.file(none))))
                .contains(
                        "device.key",
                        "there is no file " + none + "; name the file that holds the password");
        KeyPassword failing =
                () -> {
                    throw new IOException("the vault is sealed");
                };
        assertThat(problem(Problem.PASSWORD_UNREADABLE, identity(KEY, failing)))
                .contains("the vault is sealed");
    }

    @Test
    void an_encryption_that_Java_lacks_is_refused_with_the_command_that_helps() {
        assertThat(problem(Problem.UNSUPPORTED_KEY, identity(SCRYPT_KEY, "larva"::toCharArray)))
                .contains("openssl pkcs8 -topk8 -v2 aes256 -v2prf hmacWithSHA256 -in " + folder);
        String damaged = Pki.pem("ENCRYPTED PRIVATE KEY", new byte[] {1, 2, 3});
        problem(Problem.UNSUPPORTED_KEY, identity(damaged, "larva"::toCharArray));
    }

    @ParameterizedTest
    @CsvSource({
        "OPENSSH PRIVATE KEY, convert it: ssh-keygen -p -m PKCS8 -f",
        "DSA PRIVATE KEY, use an RSA"
    })
    void other_key_formats_are_refused_with_what_helps(String label, String remedy) {
        String key = "-----BEGIN %s-----\nAAAA\n-----END %s-----\n".formatted(label, label);
        assertThat(problem(Problem.UNSUPPORTED_KEY, identity(key, null)))
                .contains(label, remedy, folder.resolve("device.key").toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", // no DEK-Info at all
                "DEK-Info: AES-256-CBC\n",
                "DEK-Info: AES-256-CBC,00\n",
                "DEK-Info: AES-256-CBC,no hex\n",
                "DEK-Info: BF-CBC,0011223344556677\n"
            })
    void headers_that_do_not_say_how_a_key_is_encrypted_are_refused(String dekInfo) {
        String key =
                "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
                        + dekInfo
                        + "\nAAAA\n-----END EC PRIVATE KEY-----\n";
        assertThat(problem(Problem.UNSUPPORTED_KEY, identity(key, "larva"::toCharArray)))
                .contains("device.key is damaged or encrypted in a way that is not read here");
    }

    @Test
    void a_key_of_another_algorithm_or_two_keys_are_refused() {
        String unknown = Pki.pem("PRIVATE KEY", new byte[] {0x30, 0x00});
        assertThat(problem(Problem.UNSUPPORTED_KEY, identity(unknown, null)))
                .contains("line 1 is damaged, or neither an RSA key");
        String two = Pki.pem(Pki.ec().getPrivate()) + Pki.pem(Pki.ec().getPrivate());
        assertThat(problem(Problem.UNSUPPORTED_KEY, identity(two, null)))
                .contains("holds 2 private keys");
    }

    private ClientIdentity identity(String key, @Nullable KeyPassword password) {
        return ClientIdentity.pem(
                null,
                Pki.file(folder, "device.pem", CERTIFICATE),
                Pki.file(folder, "device.key", key),
                password);
    }

    private static String problem(Problem expected, ClientIdentity identity) {
        IdentityException problem = assertThrows(IdentityException.class, identity::load);
        assertThat(problem.problem()).isEqualTo(expected);
        return String.valueOf(problem.getMessage());
    }
}
