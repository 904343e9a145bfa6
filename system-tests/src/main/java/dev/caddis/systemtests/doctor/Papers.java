package dev.caddis.systemtests.doctor;

import dev.caddis.agent.identity.BenchPki;
import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;

import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;

/// An authority, and every certificate that a fault needs.
final class Papers {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONG = Duration.ofDays(90);

    private final Path folder;
    private final BenchPki pki;

    /// @param name of the authority
    Papers(Path folder, String name) throws IOException {
        this.folder = folder;
        this.pki = BenchPki.init(folder, name, Duration.ofDays(3_650), Instant.now());
        server("server", "localhost", Instant.now());
        device("pump-17", Instant.now());
        device("observer", Instant.now());
    }

    Path ca() {
        return folder.resolve("ca.pem");
    }

    Path device() {
        return certificate("pump-17");
    }

    Path deviceKey() {
        return key("pump-17");
    }

    Path certificate(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /// @param from a day and 90 before now: expired
    String server(String name, String host, Instant from) throws IOException {
        pki.issue(
                name, CertificateSubject.server(host, List.of(host)), KeyKind.EC_P256, LONG, from);
        return name;
    }

    String device(String name, Instant from) throws IOException {
        pki.issue(name, CertificateSubject.device("pump-17"), KeyKind.EC_P256, LONG, from);
        return name;
    }

    static Instant past() {
        return Instant.now().minus(LONG).minus(DAY);
    }

    static Instant future() {
        return Instant.now().plus(DAY);
    }

    /// A list on which the certificate `name` stands.
    Path revoked(String name) throws Exception {
        X509Certificate authority = read("ca");
        var list =
                new JcaX509v2CRLBuilder(
                                authority.getSubjectX500Principal(),
                                Date.from(Instant.now().minus(DAY)))
                        .setNextUpdate(Date.from(Instant.now().plus(DAY)))
                        .addCRLEntry(
                                read(name).getSerialNumber(),
                                Date.from(Instant.now().minus(DAY)),
                                CRLReason.keyCompromise);
        byte[] encoded =
                new JcaX509CRLConverter()
                        .getCRL(
                                list.build(
                                        new JcaContentSignerBuilder("SHA256withECDSA")
                                                .build(authorityKey())))
                        .getEncoded();
        return Files.writeString(
                folder.resolve("crl.pem"),
                "-----BEGIN X509 CRL-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                        + "\n-----END X509 CRL-----\n");
    }

    private X509Certificate read(String name) throws Exception {
        try (InputStream in = Files.newInputStream(certificate(name))) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private PrivateKey authorityKey() throws IOException {
        try (var parser = new PEMParser(Files.newBufferedReader(key("ca")))) {
            return new JcaPEMKeyConverter()
                    .getPrivateKey(PrivateKeyInfo.getInstance(parser.readObject()));
        }
    }
}
