package dev.caddis.agent.identity;

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
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.regex.Pattern;

/// X.509 certificates in memory: the fields and extensions a TLS peer checks. The JDK's own
/// providers do the arithmetic.
public final class Certificates {
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+|.*:.*");
    private static final int SERIAL_BITS =
            159; // positive and at most 20 octets (RFC 5280 section 4.1.2.2)

    private Certificates() {}

    /// An authority, which issues no other authorities.
    public static X509Certificate selfSigned(
            String commonName, KeyPair keys, Instant from, Instant until) throws IOException {
        try {
            X500Name name = name(commonName);
            var builder = builder(name, name, keys.getPublic(), from, until);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic()));
            return sign(builder, keys.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make a certificate for " + commonName, e);
        }
    }

    /// A certificate for the owner of the private half of `key`.
    public static X509Certificate signed(
            CertificateSubject subject,
            PublicKey key,
            X509Certificate authority,
            PrivateKey authorityKey,
            Instant from,
            Instant until)
            throws IOException {
        try {
            X500Name issuer = new JcaX509CertificateHolder(authority).getSubject();
            var builder = builder(issuer, name(subject.commonName()), key, from, until);
            addExtensions(builder, subject, key, authority);
            return sign(builder, authorityKey);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("cannot make a certificate for " + subject.commonName(), e);
        }
    }

    private static void addExtensions(
            JcaX509v3CertificateBuilder builder,
            CertificateSubject subject,
            PublicKey key,
            X509Certificate authority)
            throws GeneralSecurityException, CertIOException {
        var utils = new JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(
                Extension.keyUsage,
                true,
                new KeyUsage(
                        key.getAlgorithm().equals("RSA")
                                ? KeyUsage.digitalSignature | KeyUsage.keyEncipherment
                                : KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                        subject.server()
                                ? KeyPurposeId.id_kp_serverAuth
                                : KeyPurposeId.id_kp_clientAuth));
        builder.addExtension(
                Extension.subjectKeyIdentifier, false, utils.createSubjectKeyIdentifier(key));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                utils.createAuthorityKeyIdentifier(authority));
        if (!subject.names().isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName, false, generalNames(subject.names()));
        }
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant from, Instant until) {
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0);
        return new JcaX509v3CertificateBuilder(
                issuer, serial, Date.from(from), Date.from(until), subject, key);
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey signer)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer(signer)));
    }

    static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder(Keys.signatureAlgorithm(key.getAlgorithm())).build(key);
    }

    static X500Name name(String commonName) {
        return new X500NameBuilder().addRDN(BCStyle.CN, commonName).build();
    }

    static GeneralNames generalNames(List<String> names) {
        return new GeneralNames(
                names.stream().map(Certificates::generalName).toArray(GeneralName[]::new));
    }

    private static GeneralName generalName(String name) {
        int tag = IP_ADDRESS.matcher(name).matches() ? GeneralName.iPAddress : GeneralName.dNSName;
        return new GeneralName(tag, name);
    }
}
