package dev.caddis.mqtt.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStoreSpi;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;

/// Tokens that fail and lock, which SoftHSM2 does not: a made-up provider stands where that of the
/// token would.
class FailingTokenTest {

    @TempDir private Path folder;
    private final Token token = new Token();
    private ClientIdentity identity = ClientIdentity.systemTrust();
    private String name = "";

    @BeforeEach
    void plugIn() throws Exception {
        Path module = Files.writeString(folder.resolve("p11.so"), "");
        identity =
                ClientIdentity.pkcs11(
                        null, null, "pkcs11:slot-id=7?module-path=" + module, "5678"::toCharArray);
        name = "SunPKCS11-caddis-%x-7".formatted(module.hashCode());
        Security.addProvider(new Stand(name, token));
    }

    @AfterEach
    void pull() {
        Security.removeProvider(name);
    }

    private IdentityException refusal() {
        return assertThrows(IdentityException.class, identity::load);
    }

    @Test
    void a_token_that_failed_is_met_anew_and_one_that_lacks_the_key_is_not() {
        assertThat(refusal()).hasMessageContaining("has no private key with its certificate");
        assertThat(Security.getProvider(name)).isNotNull();
        token.refusal = "CKR_DEVICE_REMOVED";
        assertThat(refusal().problem()).isEqualTo(Problem.TOKEN_UNUSABLE);
        assertThat(Security.getProvider(name)).isNull();
    }

    @Test
    void a_locked_token_gets_its_PIN_again_and_takes_it_once_it_is_unlocked() {
        token.refusal = "CKR_PIN_LOCKED";
        for (int i = 0; i < 2; i++) {
            assertThat(refusal())
                    .hasMessageContaining("is locked after too many wrong PINs; unlock it");
        }
        token.refusal = null;
        assertThat(refusal()).hasMessageContaining("has no private key with its certificate");
    }

    private static final class Stand extends Provider {

        Stand(String name, Token token) {
            super(name, "1", "a token that a test makes up");
            putService(
                    new Service(this, "KeyStore", "PKCS11", "Token", null, null) {
                        @Override
                        public Object newInstance(@Nullable Object parameter) {
                            return token;
                        }
                    });
        }
    }

    /// An empty one.
    private static final class Token extends KeyStoreSpi {

        @Nullable String refusal;

        @Override
        public void engineLoad(@Nullable InputStream stream, char[] pin) throws IOException {
            if (refusal != null) {
                throw new IOException("load failed", new IOException(refusal));
            }
        }

        @Override
        public Enumeration<String> engineAliases() {
            return Collections.enumeration(List.of());
        }

        @Override
        public @Nullable Key engineGetKey(String alias, char[] password) {
            return null;
        }

        @Override
        public Certificate @Nullable [] engineGetCertificateChain(String alias) {
            return null;
        }

        @Override
        public @Nullable Certificate engineGetCertificate(String alias) {
            return null;
        }

        @Override
        public @Nullable Date engineGetCreationDate(String alias) {
            return null;
        }

        @Override
        public @Nullable String engineGetCertificateAlias(Certificate certificate) {
            return null;
        }

        @Override
        public boolean engineContainsAlias(String alias) {
            return false;
        }

        @Override
        public int engineSize() {
            return 0;
        }

        @Override
        public boolean engineIsKeyEntry(String alias) {
            return false;
        }

        @Override
        public boolean engineIsCertificateEntry(String alias) {
            return false;
        }

        @Override
        public void engineSetKeyEntry(String alias, Key key, char[] password, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetKeyEntry(String alias, byte[] key, Certificate[] chain) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineSetCertificateEntry(String alias, Certificate certificate) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineDeleteEntry(String alias) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void engineStore(OutputStream stream, char[] password) {
            throw new UnsupportedOperationException();
        }
    }
}
