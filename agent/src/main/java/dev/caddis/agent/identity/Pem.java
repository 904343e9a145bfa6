package dev.caddis.agent.identity;

import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// Certificates and keys as the text that every tool reads.
public final class Pem {

    private static final String KEY_ENCRYPTION = "PBEWithHmacSHA256AndAES_256";

    private Pem() {}

    public static byte[] of(X509Certificate certificate) throws IOException {
        try {
            return block("CERTIFICATE", certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IOException("cannot encode " + certificate.getSubjectX500Principal(), e);
        }
    }

    /// PKCS#8, in clear.
    public static byte[] of(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /// PKCS#8 under `password` (PBES2, AES-256).
    public static byte[] encrypted(PrivateKey key, String password) throws IOException {
        var keySpec = new PBEKeySpec(password.toCharArray());
        try {
            var secret = SecretKeyFactory.getInstance(KEY_ENCRYPTION).generateSecret(keySpec);
            Cipher cipher = Cipher.getInstance(KEY_ENCRYPTION);
            cipher.init(Cipher.ENCRYPT_MODE, secret);
            byte[] encrypted = cipher.doFinal(key.getEncoded());
            var algorithm =
                    new AlgorithmIdentifier(
                            PKCSObjectIdentifiers.id_PBES2,
                            ASN1Primitive.fromByteArray(cipher.getParameters().getEncoded()));
            return block(
                    "ENCRYPTED PRIVATE KEY",
                    new EncryptedPrivateKeyInfo(algorithm, encrypted).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot encrypt a private key with " + KEY_ENCRYPTION, e);
        } finally {
            keySpec.clearPassword();
        }
    }

    static byte[] block(String label, byte[] der) {
        byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
        String body = Base64.getMimeEncoder(64, lineEnd).encodeToString(der);
        String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return pem.getBytes(StandardCharsets.US_ASCII);
    }
}
