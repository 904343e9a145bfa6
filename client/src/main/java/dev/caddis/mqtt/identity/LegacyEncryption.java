package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The encryption that OpenSSL wrote into the headers of a PEM block until PKCS#8 took over:
///
/// ```text
/// Proc-Type: 4,ENCRYPTED
/// DEK-Info: AES-256-CBC,INITIAL-VECTOR
/// ```
///
/// The key is MD5 over password and the first 8 bytes of the initial vector, once: weak against
/// guessing, and read because such files are in use.
final class LegacyEncryption {

    private static final int SALT_BYTES = 8;

    private final String transformation; // the cipher by its name in Java
    private final int keyBytes;
    private final byte[] initialVector;

    private LegacyEncryption(String transformation, int keyBytes, byte[] initialVector) {
        this.transformation = transformation;
        this.keyBytes = keyBytes;
        this.initialVector = initialVector;
    }

    /// What `dekInfo` says; null when it names no cipher that is read here, or is damaged.
    static @Nullable LegacyEncryption parse(String dekInfo) {
        int comma = dekInfo.indexOf(',');
        if (comma < 0) {
            return null;
        }
        byte[] vector;
        try {
            vector = HexFormat.of().parseHex(dekInfo.substring(comma + 1).strip());
        } catch (IllegalArgumentException notHex) {
            return null;
        }
        return switch (dekInfo.substring(0, comma).strip()) {
            case "AES-128-CBC" -> of("AES", 16, vector, 16);
            case "AES-192-CBC" -> of("AES", 24, vector, 16);
            case "AES-256-CBC" -> of("AES", 32, vector, 16);
            case "DES-EDE3-CBC" -> of("DESede", 24, vector, 8);
            default -> null;
        };
    }

    private static @Nullable LegacyEncryption of(
            String algorithm, int keyBytes, byte[] vector, int vectorBytes) {
        return vector.length == vectorBytes
                ? new LegacyEncryption(algorithm + "/CBC/PKCS5Padding", keyBytes, vector)
                : null;
    }

    /// What was encrypted. One wrong password in 256 is not noticed, and gives bytes without a key.
    ///
    /// @throws GeneralSecurityException when the password is wrong or `encrypted` is damaged
    byte[] decrypt(byte[] encrypted, byte[] password) throws GeneralSecurityException {
        byte[] key = key(password);
        try {
            String algorithm = transformation.substring(0, transformation.indexOf('/'));
            Cipher cipher = Cipher.getInstance(transformation);
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, algorithm),
                    new IvParameterSpec(initialVector));
            return cipher.doFinal(encrypted);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    private byte[] key(byte[] password) throws GeneralSecurityException {
        MessageDigest md5 = MessageDigest.getInstance("MD5");
        byte[] key = new byte[keyBytes];
        byte[] block = {};
        for (int filled = 0; filled < keyBytes; filled += block.length) {
            md5.update(block);
            md5.update(password);
            md5.update(initialVector, 0, SALT_BYTES);
            block = md5.digest();
            System.arraycopy(block, 0, key, filled, Math.min(block.length, keyBytes - filled));
        }
        Arrays.fill(block, (byte) 0);
        return key;
    }

    @Override
    public String toString() {
        return transformation;
    }
}
