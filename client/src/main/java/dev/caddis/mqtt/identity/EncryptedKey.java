package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.Arrays;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// Opens an "ENCRYPTED PRIVATE KEY" (PKCS#8, PBES2: PBKDF2 with AES, as `openssl pkcs8 -topk8`
/// writes it).
final class EncryptedKey {

    private EncryptedKey() {}

    static PrivateKey read(PemBlock block, IdentityFile file, @Nullable KeyPassword password)
            throws IdentityException {
        if (password == null) {
            throw new IdentityException(
                    Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD,
                    file + " is encrypted and no key password is given; give one");
        }
        Encryption encryption = encryptionOf(block, file);
        char[] characters = ask(password, file);
        try {
            byte[] pkcs8 = decrypt(encryption, characters);
            try {
                // One wrong password in 256 decrypts to bytes that end as they should: then no key
                // is in them.
                return PrivateKeys.decode(pkcs8)
                        .orElseThrow(() -> wrongPassword(file, characters, null));
            } finally {
                Arrays.fill(pkcs8, (byte) 0);
            }
        } catch (GeneralSecurityException e) {
            throw wrongPassword(file, characters, e);
        } finally {
            Arrays.fill(characters, '\0');
        }
    }

    /// The algorithm by the name that the JDK has for it, with its salt, rounds and initial vector.
    private record Encryption(
            EncryptedPrivateKeyInfo info, String algorithm, AlgorithmParameters parameters) {}

    private static Encryption encryptionOf(PemBlock block, IdentityFile file)
            throws IdentityException {
        try {
            var info = new EncryptedPrivateKeyInfo(block.der());
            AlgorithmParameters parameters = info.getAlgParameters();
            if (parameters != null) {
                // For PBES2 the parameters know which PBKDF2 and which cipher:
                // "PBEWithHmacSHA256AndAES_256".
                String described = String.valueOf(parameters);
                String algorithm = described.startsWith("PBEWith") ? described : info.getAlgName();
                SecretKeyFactory.getInstance(algorithm);
                return new Encryption(info, algorithm, parameters);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw unsupported(file, e);
        }
        throw unsupported(file, null);
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

    private static char[] ask(KeyPassword password, IdentityFile file) throws IdentityException {
        try {
            return password.read();
        } catch (IOException e) {
            throw new IdentityException(
                    Problem.PASSWORD_UNREADABLE,
                    "the key password for %s cannot be read: %s"
                            .formatted(file, IdentityFile.why(e)),
                    e);
        }
    }

    private static byte[] decrypt(Encryption encryption, char[] password)
            throws GeneralSecurityException {
        var spec = new PBEKeySpec(password);
        try {
            SecretKey secret =
                    SecretKeyFactory.getInstance(encryption.algorithm()).generateSecret(spec);
            Cipher cipher = Cipher.getInstance(encryption.algorithm());
            cipher.init(Cipher.DECRYPT_MODE, secret, encryption.parameters());
            return cipher.doFinal(encryption.info().getEncryptedData());
        } finally {
            spec.clearPassword();
        }
    }

    private static IdentityException wrongPassword(
            IdentityFile file, char[] password, @Nullable Exception cause) {
        return new IdentityException(
                Problem.WRONG_PASSWORD,
                "the key password does not open " + file + hint(password),
                cause);
    }

    private static String hint(char[] password) {
        for (char c : password) {
            if (c < ' ' || c > '~') {
                return "; it has a character outside of printable ASCII, which Java cannot use:"
                        + " change the password";
            }
        }
        return password.length == 0 ? "; it is empty" : "; correct it";
    }
}
