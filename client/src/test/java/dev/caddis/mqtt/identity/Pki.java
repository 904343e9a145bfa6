package dev.caddis.mqtt.identity;

import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.security.auth.x500.X500Principal;

/// A throw-away public key infrastructure for tests: authorities, and what they issue.
public final class Pki {

    private Pki() {}

    /// How long a certificate is valid.
    public record Validity(Instant from, Instant to) {
        public static Validity now() {
            return new Validity(
                    Instant.now().minus(Duration.ofDays(1)),
                    Instant.now().plus(Duration.ofDays(1)));
        }

        public static Validity past() {
            return new Validity(
                    Instant.parse("2025-01-01T00:00:00Z"), Instant.parse("2026-03-01T00:00:00Z"));
        }

        public static Validity future() {
            return new Validity(
                    Instant.parse("2090-01-01T00:00:00Z"), Instant.parse("2091-01-01T00:00:00Z"));
        }
    }

    /// A certificate with its key, and the intermediate authorities above it.
    public record Issued(KeyPair keys, X509Certificate certificate, List<X509Certificate> above) {

        public List<X509Certificate> chain() {
            var chain = new ArrayList<>(List.of(certificate));
            chain.addAll(above);
            return chain;
        }

        public PrivateKey key() {
            return keys.getPrivate();
        }

        /// Issues as an authority.
        public Issued issue(String subject, KeyPair keys, Validity validity, String... names) {
            return new Issued(
                    keys, sign(subject, keys, validity, this, false, names), chainBelowRoot());
        }

        public Issued issue(String subject, String... names) {
            return issue(subject, ec(), Validity.now(), names);
        }

        public Issued intermediate(String subject) {
            return intermediate(subject, Validity.now());
        }

        public Issued intermediate(String subject, Validity validity) {
            KeyPair keys = ec();
            return new Issued(keys, sign(subject, keys, validity, this, true), chainBelowRoot());
        }

        private List<X509Certificate> chainBelowRoot() {
            boolean root =
                    certificate
                            .getIssuerX500Principal()
                            .equals(certificate.getSubjectX500Principal());
            return root ? List.of() : chain();
        }
    }

    public static Issued authority(String subject) {
        return authority(subject, ec());
    }

    public static Issued authority(String subject, KeyPair keys) {
        return new Issued(keys, sign(subject, keys, Validity.now(), null, true), List.of());
    }

    public static KeyPair ec() {
        return keys("EC");
    }

    public static KeyPair rsa() {
        return keys("RSA");
    }

    public static KeyPair ed25519() {
        return keys("Ed25519");
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            } else if (algorithm.equals("RSA")) {
                generator.initialize(2048);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("JavaUtilDate") // BouncyCastle takes no other
    private static X509Certificate sign(
            String subject,
            KeyPair keys,
            Validity validity,
            @Nullable Issued issuer,
            boolean authority,
            String... names) {
        X500Principal holder = new X500Principal(subject);
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            issuer == null ? holder : issuer.certificate.getSubjectX500Principal(),
                            new BigInteger(64, new SecureRandom()),
                            Date.from(validity.from()),
                            Date.from(validity.to()),
                            holder,
                            keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (names.length > 0) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
            }
            PrivateKey signer = issuer == null ? keys.getPrivate() : issuer.key();
            String algorithm =
                    signer.getAlgorithm().equals("EC") ? "SHA256withECDSA" : "SHA256withRSA";
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(algorithm).build(signer)));
        } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static GeneralNames alternatives(String... names) {
        var all = new GeneralName[names.length];
        for (int i = 0; i < names.length; i++) {
            boolean address = Character.isDigit(names[i].charAt(0));
            all[i] =
                    new GeneralName(
                            address ? GeneralName.iPAddress : GeneralName.dNSName, names[i]);
        }
        return new GeneralNames(all);
    }

    public static String pem(X509Certificate... certificates) {
        return pem(List.of(certificates));
    }

    public static String pem(List<X509Certificate> certificates) {
        var text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(pem("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException(e);
            }
        }
        return text.toString();
    }

    public static String pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    /// The key as an "ENCRYPTED PRIVATE KEY" (PBES2).
    public static String pem(PrivateKey key, String password) {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        try {
            Cipher cipher = Cipher.getInstance(algorithm);
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    SecretKeyFactory.getInstance(algorithm)
                            .generateSecret(new PBEKeySpec(password.toCharArray())));
            byte[] encrypted = cipher.doFinal(key.getEncoded());
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
            parameters.init(cipher.getParameters().getEncoded());
            return pem(
                    "ENCRYPTED PRIVATE KEY",
                    new EncryptedPrivateKeyInfo(parameters, encrypted).getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        label,
                        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der),
                        label);
    }

    /// Writes `content` to `name` in `folder` and returns the file.
    public static Path file(Path folder, String name, String content) {
        try {
            return Files.writeString(folder.resolve(name), content);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
