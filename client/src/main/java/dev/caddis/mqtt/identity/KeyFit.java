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

    private static boolean fits(PrivateKey key, PublicKey certified) {
        if (!key.getAlgorithm().equals(certified.getAlgorithm())) {
            return false;
        }
        byte[] sample = "does the key fit?".getBytes(StandardCharsets.US_ASCII);
        try {
            Signature signature =
                    Signature.getInstance(
                            key.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false; // another curve or length: certainly another key
        }
    }
}
