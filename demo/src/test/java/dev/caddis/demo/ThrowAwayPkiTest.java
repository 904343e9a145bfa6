package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

class ThrowAwayPkiTest {
    @TempDir Path directory;

    @Test
    void the_JDK_validates_what_it_issues_and_each_key_fits() throws Exception {
        var pki = ThrowAwayPki.create(directory);
        Issued server = pki.issueServer("broker.example");
        Issued device = pki.issueDevice("pump-17");
        Issued rsa = pki.issue(CertificateRequest.device("rsa").rsa());

        for (Issued issued : List.of(server, device, rsa)) {
            validate(issued.certificate(), pki.ca());
            assertFits(key(issued.key()), certificate(issued.certificate()).getPublicKey());
        }
        assertThat(certificate(device.certificate()).getSubjectX500Principal().getName())
                .isEqualTo("CN=pump-17");
        assertThat(certificate(server.certificate()).getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "broker.example");
        assertThat(certificate(rsa.certificate()).getPublicKey().getAlgorithm()).isEqualTo("RSA");
    }

    @Test
    void a_stranger_and_an_expired_certificate_do_not_validate() throws Exception {
        var pki = ThrowAwayPki.create(directory);
        Issued stranger = pki.strangers().issueDevice("pump-17");
        Issued expired =
                pki.issue(CertificateRequest.server("expired", List.of("localhost")).expired());

        assertThatThrownBy(() -> validate(stranger.certificate(), pki.ca()))
                .isInstanceOf(CertPathValidatorException.class);
        assertThatThrownBy(() -> validate(expired.certificate(), pki.ca()))
                .isInstanceOf(CertPathValidatorException.class)
                .hasMessageContaining("validity");
    }

    @Test
    void a_key_password_encrypts_the_key() throws Exception {
        var pki = ThrowAwayPki.create(directory);
        Issued issued = pki.issue(CertificateRequest.device("locked").keyPassword("secret"));

        assertThat(issued.key()).content().startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        var encrypted = new EncryptedPrivateKeyInfo(der(issued.key()));
        String algorithm = encrypted.getAlgName();
        assertThat(algorithm).contains("AES_256");
        var secret =
                SecretKeyFactory.getInstance(algorithm)
                        .generateSecret(new PBEKeySpec("secret".toCharArray()));
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(Cipher.DECRYPT_MODE, secret, encrypted.getAlgParameters());
        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(encrypted.getKeySpec(cipher));
        assertFits(key, certificate(issued.certificate()).getPublicKey());
    }

    @Test
    void nobody_but_the_owner_reads_what_it_writes() throws IOException {
        Path made = directory.resolve("some/where");
        var pki = ThrowAwayPki.create(made);
        pki.issueServer();
        assertThat(Files.getPosixFilePermissions(made))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> files = Files.list(made)) {
            for (Path file : files.filter(each -> !each.toString().endsWith(".pem")).toList()) {
                assertThat(Files.getPosixFilePermissions(file))
                        .as(file.toString())
                        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            }
        }
    }

    @Test
    void a_directory_that_holds_other_things_is_refused_and_left_alone() throws IOException {
        Path precious = Files.writeString(directory.resolve("ca.pem"), "precious");
        assertThatThrownBy(() -> ThrowAwayPki.create(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it holds other files (ca.pem)")
                .hasMessageContaining("Name a directory that is empty");
        assertThat(precious).content().isEqualTo("precious");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(precious);
        }
    }

    @Test
    void a_name_is_issued_once_and_cannot_leave_the_directory() throws IOException {
        var pki = ThrowAwayPki.create(directory);
        Issued first = pki.issueDevice("pump-17");
        String before = Files.readString(first.key());
        assertThatThrownBy(() -> pki.issueDevice("pump-17")).isInstanceOf(IOException.class);
        assertThat(first.key()).content().isEqualTo(before);
        for (String name : List.of("../pump", "/tmp/pump", "", ".hidden")) {
            assertThatThrownBy(() -> pki.issueDevice(name))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static void validate(Path certificate, Path authority) throws Exception {
        var path =
                CertificateFactory.getInstance("X.509")
                        .generateCertPath(List.of(certificate(certificate)));
        var parameters = new PKIXParameters(Set.of(new TrustAnchor(certificate(authority), null)));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX").validate(path, parameters);
    }

    private static void assertFits(PrivateKey key, PublicKey publicKey) throws Exception {
        String algorithm = "SHA256with" + (key.getAlgorithm().equals("EC") ? "ECDSA" : "RSA");
        Signature signer = Signature.getInstance(algorithm);
        signer.initSign(key);
        signer.update((byte) 1);
        byte[] signature = signer.sign();
        signer.initVerify(publicKey);
        signer.update((byte) 1);
        assertThat(signer.verify(signature)).isTrue();
    }

    private static PrivateKey key(Path pem) throws Exception {
        boolean rsa = pem.getFileName().toString().startsWith("rsa");
        return KeyFactory.getInstance(rsa ? "RSA" : "EC")
                .generatePrivate(new PKCS8EncodedKeySpec(der(pem)));
    }

    private static byte[] der(Path pem) throws IOException {
        return Base64.getMimeDecoder().decode(Files.readString(pem).replaceAll("-----.*-----", ""));
    }

    private static X509Certificate certificate(Path pem) throws Exception {
        try (InputStream in = Files.newInputStream(pem)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }
}
