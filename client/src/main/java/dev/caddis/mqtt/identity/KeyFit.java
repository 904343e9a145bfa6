package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.List;

/// Is this the key of that certificate? Answered by signing and verifying, which also suits keys
/// that cannot be exported.
final class KeyFit {

    private static final String SAMPLE = "does the key fit?";

    private KeyFit() {}

    /// Returns when `key` is the key of the first certificate of `chain`.
    static void check(
            PrivateKey key,
            IdentityFile keyFile,
            List<X509Certificate> chain,
            IdentityFile certificateFile)
            throws IdentityException {
        for (int i = 0; i < chain.size(); i++) {
            if (fits(key, chain.get(i).getPublicKey())) {
                if (i == 0) {
                    return;
                }
                throw new IdentityException(
                        Problem.KEY_DOES_NOT_FIT,
                        ("%s fits certificate number %d of %s (%s), not the first; put the device's"
                                        + " own certificate first, then its issuers")
                                .formatted(
                                        keyFile, i + 1, certificateFile, Subject.of(chain.get(i))));
            }
        }
        throw new IdentityException(
                Problem.KEY_DOES_NOT_FIT,
                "%s does not fit %s (%s); use the key that the certificate was issued for"
                        .formatted(keyFile, certificateFile, Subject.of(chain.getFirst())));
    }

    /// Whether `key` is the key of the certificate with `certified`.
    static boolean fits(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        try {
            byte[] signed = sign(key);
            Signature signature = signature(key);
            signature.initVerify(certified);
            signature.update(SAMPLE.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // another curve or length: certainly another key
        }
    }

    /// Whether Java can sign with `key` at all: it reads more curves than it signs with.
    static boolean signs(PrivateKey key) {
        try {
            return sign(key).length > 0;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static byte[] sign(PrivateKey key) throws GeneralSecurityException {
        Signature signature = signature(key);
        signature.initSign(key);
        signature.update(SAMPLE.getBytes(StandardCharsets.US_ASCII));
        return signature.sign();
    }

    private static Signature signature(PrivateKey key) throws GeneralSecurityException {
        return Signature.getInstance(
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "EdDSA" -> "EdDSA";
                    default -> "SHA256withRSA";
                });
    }
}
