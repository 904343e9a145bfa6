package dev.caddis.demo;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.regex.Pattern;

/// X.509 certificates in memory: the fields and extensions a TLS peer checks. The JDK's own
/// providers do the arithmetic.
final class Certificates {
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|.*:.*");
    private static final int SERIAL_BITS =
            159; // positive and at most 20 octets (RFC 5280 section 4.1.2.2)

    private Certificates() {}

    static X509Certificate selfSigned(String commonName, KeyPair keys, Instant from, Instant until)
            throws IOException {
        try {
            X500Name name = name(commonName);
            var utils = new JcaX509ExtensionUtils();
            var builder = builder(name, name, keys.getPublic(), from, until);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    utils.createSubjectKeyIdentifier(keys.getPublic()));
            return sign(builder, keys);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make a certificate for " + commonName, e);
        }
    }

    static X509Certificate signed(
            CertificateRequest request,
            KeyPair keys,
            X509Certificate authority,
            KeyPair authorityKeys,
            Instant from,
            Instant until)
            throws IOException {
        try {
            X500Name issuer = new JcaX509CertificateHolder(authority).getSubject();
            Instant end =
                    request.expiredSince() == null
                            ? until
                            : Instant.now().minus(request.expiredSince());
            var utils = new JcaX509ExtensionUtils();
            var builder = builder(issuer, name(request.commonName()), keys.getPublic(), from, end);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(
                            request.keyKind() == KeyKind.RSA_2048
                                    ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                                    : KeyUsage.digitalSignature));
            builder.addExtension(
                    Extension.extendedKeyUsage,
                    false,
                    new ExtendedKeyUsage(
                            request.server()
                                    ? KeyPurposeId.id_kp_serverAuth
                                    : KeyPurposeId.id_kp_clientAuth));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    utils.createSubjectKeyIdentifier(keys.getPublic()));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    utils.createAuthorityKeyIdentifier(authority));
            if (!request.subjectNames().isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                request.subjectNames().stream()
                                        .map(Certificates::generalName)
                                        .toArray(GeneralName[]::new)));
            }
            return sign(builder, authorityKeys);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make a certificate for " + request.commonName(), e);
        }
    }

    static byte[] encoded(X509Certificate certificate) throws IOException {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IOException("cannot encode " + certificate.getSubjectX500Principal(), e);
        }
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant from, Instant until) {
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(from), Date.from(until), subject, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, KeyPair signer)
            throws OperatorCreationException, GeneralSecurityException {
        var contentSigner =
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(contentSigner));
    }

    private static X500Name name(String commonName) {
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }

    private static GeneralName generalName(String name) {
        int tag = IP_ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
        return new GeneralName(tag, name);
    }
}
