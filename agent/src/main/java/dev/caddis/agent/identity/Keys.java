package dev.caddis.agent.identity;

import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/// Keys of the kinds that TLS clients use: RSA, EC, Ed25519.
final class Keys {

    private static final byte[] SAMPLE = "does the key fit?".getBytes(StandardCharsets.US_ASCII);

    private Keys() {}

    static PrivateKey privateKey(PrivateKeyInfo info) throws GeneralSecurityException, IOException {
        return factory(info.getPrivateKeyAlgorithm().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
    }

    static PublicKey publicKey(SubjectPublicKeyInfo info)
            throws GeneralSecurityException, IOException {
        return factory(info.getAlgorithm().getAlgorithm())
                .generatePublic(new X509EncodedKeySpec(info.getEncoded()));
    }

    private static KeyFactory factory(ASN1ObjectIdentifier kind) throws NoSuchAlgorithmException {
        return KeyFactory.getInstance(
                switch (kind.getId()) {
                    case "1.2.840.113549.1.1.1" -> "RSA";
                    case "1.2.840.10045.2.1" -> "EC";
                    default -> kind.getId();
                });
    }

    static String signatureAlgorithm(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "EC" -> "SHA256withECDSA";
            case "EdDSA", "Ed25519" -> "Ed25519";
            default -> "SHA256withRSA";
        };
    }

    /// Whether `key` is the private half of `known`.
    static boolean fits(PrivateKey key, PublicKey known) {
        if (!key.getAlgorithm().equals(known.getAlgorithm())) {
            return false;
        }
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm(key.getAlgorithm()));
            signature.initSign(key);
            signature.update(SAMPLE);
            byte[] signed = signature.sign();
            signature.initVerify(known);
            signature.update(SAMPLE);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // another curve or length: certainly another key
        }
    }
}
