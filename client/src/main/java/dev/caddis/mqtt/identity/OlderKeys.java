package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.security.spec.InvalidKeySpecException;

/// Keys in the forms that were before PKCS#8, put into it: Java reads nothing else.
///
/// ```text
/// PrivateKeyInfo ::= SEQUENCE {           RFC 5208
///     INTEGER 0,
///     SEQUENCE { OID algorithm, parameters },
///     OCTET STRING                        the older form, as it is
/// }
/// ```
final class OlderKeys {

    private static final byte[] VERSION_0 = Der.write(Der.INTEGER, new byte[] {0});

    /// rsaEncryption, 1.2.840.113549.1.1.1
    private static final byte[] RSA =
            Der.write(
                    Der.OBJECT_IDENTIFIER,
                    new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1});

    /// ecPublicKey, 1.2.840.10045.2.1
    private static final byte[] EC =
            Der.write(
                    Der.OBJECT_IDENTIFIER,
                    new byte[] {0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1});

    private OlderKeys() {}

    /// "RSA PRIVATE KEY": PKCS#1 (RFC 8017 appendix A.1.2).
    static byte[] fromPkcs1(byte[] key) {
        return pkcs8(RSA, Der.write(Der.NULL), key);
    }

    /// "EC PRIVATE KEY": SEC1 (RFC 5915), the curve in it or, as OpenSSL also wrote it, before it.
    ///
    /// @param curve the block "EC PARAMETERS" of the same file
    static byte[] fromSec1(byte[] key, byte @Nullable [] curve) throws InvalidKeySpecException {
        Der fields = Der.reader(key).enter(Der.SEQUENCE);
        fields.take(Der.INTEGER);
        fields.take(Der.OCTET_STRING);
        if (fields.nextIs(Der.TAGGED_0)) {
            return pkcs8(EC, fields.take(Der.TAGGED_0), key);
        }
        if (curve == null) {
            throw new InvalidKeySpecException("neither the key nor the file names its curve");
        }
        return pkcs8(EC, curve, key);
    }

    private static byte[] pkcs8(byte[] algorithm, byte[] parameters, byte[] key) {
        return Der.write(
                Der.SEQUENCE,
                VERSION_0,
                Der.write(Der.SEQUENCE, algorithm, parameters),
                Der.write(Der.OCTET_STRING, key));
    }
}
