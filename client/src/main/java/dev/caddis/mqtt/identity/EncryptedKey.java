package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.InvalidParameterSpecException;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;

/// Decrypts a key, however it was encrypted: PKCS#8 with PBES2 ([Pbes2]) or with those of the older
/// PBES1 schemes that Java has, or OpenSSL's PEM headers ([LegacyEncryption]).
final class EncryptedKey {

    private EncryptedKey() {}

    /// What becomes of the bytes that the password gave.
    @FunctionalInterface
    interface Use<T> {
        /// @return null when they are no key: so ends one wrong password in 256 that decrypts to
        ///   bytes with the right padding
        @Nullable T of(byte[] decrypted) throws IdentityException;
    }

    /// A way to decrypt, known before a password is asked.
    @FunctionalInterface
    private interface Decryption {
        byte[] with(AskedPassword password) throws GeneralSecurityException, IdentityException;
    }

    /// Decrypts `block` for `use`; overwrites what it decrypted.
    static <T> T open(PemBlock block, IdentityFile file, @Nullable KeyPassword password, Use<T> use)
            throws IdentityException {
        Decryption decryption = block.legacyEncrypted() ? legacy(block, file) : pkcs8(block, file);
        try (AskedPassword asked = AskedPassword.of(password, file)) {
            byte[] decrypted;
            try {
                decrypted = decryption.with(asked);
            } catch (GeneralSecurityException e) {
                throw asked.wrong(e);
            }
            try {
                T used = use.of(decrypted);
                if (used == null) {
                    throw asked.wrong(null);
                }
                return used;
            } finally {
                Arrays.fill(decrypted, (byte) 0);
            }
        }
    }

    private static Decryption legacy(PemBlock block, IdentityFile file) throws IdentityException {
        LegacyEncryption encryption = LegacyEncryption.parse(block.dekInfo());
        if (encryption == null) {
            throw unsupported(file, null);
        }
        return asked -> {
            byte[] password = asked.utf8();
            try {
                return encryption.decrypt(block.der(), password);
            } finally {
                Arrays.fill(password, (byte) 0);
            }
        };
    }

    private static Decryption pkcs8(PemBlock block, IdentityFile file) throws IdentityException {
        Pbes2 pbes2;
        try {
            pbes2 = Pbes2.parse(block.der());
        } catch (InvalidKeySpecException e) {
            throw unsupported(file, e);
        }
        return pbes2 == null ? pbes1(block, file) : asked -> pbes2.decrypt(asked.characters());
    }

    private static Decryption pbes1(PemBlock block, IdentityFile file) throws IdentityException {
        EncryptedPrivateKeyInfo info;
        AlgorithmParameters parameters;
        String algorithm;
        try {
            info = new EncryptedPrivateKeyInfo(block.der());
            algorithm = info.getAlgName();
            parameters = info.getAlgParameters();
            SecretKeyFactory.getInstance(algorithm);
        } catch (IOException | GeneralSecurityException e) {
            throw unsupported(file, e);
        }
        if (parameters == null) {
            throw unsupported(file, null);
        }
        try {
            int rounds = parameters.getParameterSpec(PBEParameterSpec.class).getIterationCount();
            if (rounds > Pbes2.ROUNDS_MAX) { // it would take minutes, or hours
                throw unsupported(file, null);
            }
        } catch (InvalidParameterSpecException e) {
            throw unsupported(file, e);
        }
        return asked -> {
            var spec = new PBEKeySpec(asked.characters());
            try {
                SecretKey secret = SecretKeyFactory.getInstance(algorithm).generateSecret(spec);
                Cipher cipher = Cipher.getInstance(algorithm);
                cipher.init(Cipher.DECRYPT_MODE, secret, parameters);
                return cipher.doFinal(info.getEncryptedData());
            } catch (GeneralSecurityException e) {
                throw asked.wrongOrNotAscii(e);
            } finally {
                spec.clearPassword();
            }
        };
    }

    private static IdentityException unsupported(IdentityFile file, @Nullable Exception cause) {
        return new IdentityException(
                Problem.UNSUPPORTED_KEY,
                ("%s is damaged or encrypted in a way that is not read here; encrypt it with "
                                        + "AES: openssl pkcs8 -topk8")
                                .formatted(file)
                        + " -v2 aes256 -v2prf hmacWithSHA256 -in %s -out %s.pk8"
                                .formatted(file.path(), file.path()),
                cause);
    }
}
