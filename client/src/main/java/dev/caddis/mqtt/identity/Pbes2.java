package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.security.GeneralSecurityException;
import java.security.spec.InvalidKeySpecException;
import java.util.Arrays;
import java.util.HexFormat;

import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// PBES2 with PBKDF2 (RFC 8018), as OpenSSL encrypts a PKCS#8 key.
///
/// Java's own reader of it knows neither AES-192 nor DES-EDE3, which `openssl genrsa -des3` takes,
/// and no password outside of ASCII.
///
/// ```text
/// SEQUENCE {                                   EncryptedPrivateKeyInfo, RFC 5208
///     SEQUENCE { OID PBES2, SEQUENCE {
///         SEQUENCE { OID PBKDF2, SEQUENCE {
///             OCTET STRING salt, INTEGER rounds, INTEGER keyBytes OPTIONAL,
///             SEQUENCE { OID prf, NULL } DEFAULT HMAC-SHA1 } },
///         SEQUENCE { OID cipher, OCTET STRING initialVector } } },
///     OCTET STRING encrypted
/// }
/// ```
final class Pbes2 {

    private static final String PBES2 = "2a864886f70d01050d";
    private static final String PBKDF2 = "2a864886f70d01050c";

    /// OpenSSL takes 2,048 and careful people a million; a damaged number must not take hours.
    static final int ROUNDS_MAX = 10_000_000;

    private enum Encipherment {
        AES_128("AES", 16, 16),
        AES_192("AES", 24, 16),
        AES_256("AES", 32, 16),
        DES_EDE3("DESede", 24, 8);

        final String algorithm;
        final int keyBytes;
        final int vectorBytes;

        Encipherment(String algorithm, int keyBytes, int vectorBytes) {
            this.algorithm = algorithm;
            this.keyBytes = keyBytes;
            this.vectorBytes = vectorBytes;
        }
    }

    private final String prf;
    private final byte[] salt;
    private final int rounds;
    private final Encipherment cipher;
    private final byte[] vector;
    private final byte[] encrypted;

    private Pbes2(
            String prf,
            byte[] salt,
            int rounds,
            Encipherment cipher,
            byte[] vector,
            byte[] encrypted) {
        this.prf = prf;
        this.salt = salt;
        this.rounds = rounds;
        this.cipher = cipher;
        this.vector = vector;
        this.encrypted = encrypted;
    }

    /// Reads an EncryptedPrivateKeyInfo; null when it is of another scheme than PBES2.
    ///
    /// @throws InvalidKeySpecException when it is damaged or PBES2 with parts that are not read
    ///   here
    static @Nullable Pbes2 parse(byte[] der) throws InvalidKeySpecException {
        Der info = Der.reader(der).enter(Der.SEQUENCE);
        Der scheme = info.enter(Der.SEQUENCE);
        if (!identifier(scheme).equals(PBES2)) {
            return null;
        }
        Der parameters = scheme.enter(Der.SEQUENCE);
        Der derivation = parameters.enter(Der.SEQUENCE);
        require(identifier(derivation).equals(PBKDF2), "no PBKDF2");
        Der pbkdf2 = derivation.enter(Der.SEQUENCE);
        byte[] salt = pbkdf2.take(Der.OCTET_STRING);
        int rounds = pbkdf2.takeInt();
        require(salt.length > 0 && rounds > 0 && rounds <= ROUNDS_MAX, "rounds out of bounds");
        int keyBytes = pbkdf2.nextIs(Der.INTEGER) ? pbkdf2.takeInt() : 0;
        String prf =
                pbkdf2.nextIs(Der.SEQUENCE)
                        ? prf(identifier(pbkdf2.enter(Der.SEQUENCE)))
                        : "HmacSHA1";
        Der encryption = parameters.enter(Der.SEQUENCE);
        Encipherment cipher = cipher(identifier(encryption));
        require(keyBytes == 0 || keyBytes == cipher.keyBytes, "another length of key");
        byte[] vector = encryption.take(Der.OCTET_STRING);
        require(vector.length == cipher.vectorBytes, "another length of the initial vector");
        return new Pbes2(prf, salt, rounds, cipher, vector, info.take(Der.OCTET_STRING));
    }

    private static String identifier(Der from) throws InvalidKeySpecException {
        return HexFormat.of().formatHex(from.take(Der.OBJECT_IDENTIFIER));
    }

    private static void require(boolean right, String otherwise) throws InvalidKeySpecException {
        if (!right) {
            throw new InvalidKeySpecException(otherwise);
        }
    }

    private static String prf(String identifier) throws InvalidKeySpecException {
        return switch (identifier) {
            case "2a864886f70d0207" -> "HmacSHA1";
            case "2a864886f70d0208" -> "HmacSHA224";
            case "2a864886f70d0209" -> "HmacSHA256";
            case "2a864886f70d020a" -> "HmacSHA384";
            case "2a864886f70d020b" -> "HmacSHA512";
            default -> throw new InvalidKeySpecException("unknown PRF " + identifier);
        };
    }

    private static Encipherment cipher(String identifier) throws InvalidKeySpecException {
        return switch (identifier) {
            case "608648016503040102" -> Encipherment.AES_128;
            case "608648016503040116" -> Encipherment.AES_192;
            case "60864801650304012a" -> Encipherment.AES_256;
            case "2a864886f70d0307" -> Encipherment.DES_EDE3;
            default -> throw new InvalidKeySpecException("unknown cipher " + identifier);
        };
    }

    /// What was encrypted. One wrong password in 256 is not noticed, and gives bytes without a key.
    ///
    /// @throws GeneralSecurityException when the password is wrong or the file is damaged
    byte[] decrypt(char[] password) throws GeneralSecurityException {
        var spec = new PBEKeySpec(password, salt, rounds, cipher.keyBytes * Byte.SIZE);
        byte[] key = {};
        try {
            key =
                    SecretKeyFactory.getInstance("PBKDF2With" + prf)
                            .generateSecret(spec)
                            .getEncoded();
            Cipher opening = Cipher.getInstance(cipher.algorithm + "/CBC/PKCS5Padding");
            opening.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, cipher.algorithm),
                    new IvParameterSpec(vector));
            return opening.doFinal(encrypted);
        } finally {
            spec.clearPassword();
            Arrays.fill(key, (byte) 0);
        }
    }

    @Override
    public String toString() {
        return "PBES2 with " + prf + " and " + cipher;
    }
}
