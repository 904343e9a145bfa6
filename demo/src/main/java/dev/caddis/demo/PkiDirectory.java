package dev.caddis.demo;

import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/// The one directory a [ThrowAwayPki] writes to: itself 0700, its files 0600 from the moment they
/// exist, none ever replaced.
///
/// On a file system without POSIX permissions the files get that system's defaults.
final class PkiDirectory {
    private static final String KEY_ENCRYPTION = "PBEWithHmacSHA256AndAES_256";

    private final Path path;
    private final boolean posix;

    private PkiDirectory(Path path, boolean posix) {
        this.path = path;
        this.posix = posix;
    }

    static PkiDirectory claim(Path path) throws IOException {
        Files.createDirectories(path);
        refuseWhatIsInUse(path);
        boolean posix = Files.getFileStore(path).supportsFileAttributeView("posix");
        if (posix) {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
        }
        return new PkiDirectory(path.toAbsolutePath(), posix);
    }

    private static void refuseWhatIsInUse(Path path) throws IOException {
        try (Stream<Path> entries = Files.list(path)) {
            Set<String> found =
                    entries.limit(3)
                            .map(entry -> entry.getFileName().toString())
                            .collect(Collectors.toSet());
            if (!found.isEmpty()) {
                throw new IOException(
                        "cannot make certificates in "
                                + path
                                + ": it holds other files ("
                                + String.join(", ", found)
                                + "). Name a directory that is empty or does not exist yet");
            }
        }
    }

    Path path() {
        return path;
    }

    Issued write(
            CertificateRequest request,
            PrivateKey key,
            X509Certificate certificate,
            X509Certificate authority)
            throws IOException {
        String stem = request.fileName();
        String password = request.keyPassword();
        Path pem = writePem(stem + ".pem", "CERTIFICATE", Certificates.encoded(certificate));
        Path keyFile =
                password == null
                        ? writePem(stem + ".key", "PRIVATE KEY", key.getEncoded())
                        : writePem(
                                stem + ".key", "ENCRYPTED PRIVATE KEY", encrypted(key, password));
        Path store =
                writeStore(
                        stem + ".p12",
                        keyStore ->
                                keyStore.setKeyEntry(
                                        stem,
                                        key,
                                        ThrowAwayPki.STORE_PASSWORD.toCharArray(),
                                        new Certificate[] {certificate, authority}));
        return new Issued(pem, keyFile, store);
    }

    Path writePem(String fileName, String label, byte[] der) throws IOException {
        byte[] lineEnd = "\n".getBytes(StandardCharsets.US_ASCII);
        String body = Base64.getMimeEncoder(64, lineEnd).encodeToString(der);
        String pem = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return writeNew(fileName, pem.getBytes(StandardCharsets.US_ASCII));
    }

    Path writeTrustStore(String fileName, X509Certificate authority) throws IOException {
        return writeStore(fileName, store -> store.setCertificateEntry("ca", authority));
    }

    private Path writeStore(String fileName, StoreContent content) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            content.addTo(store);
            var bytes = new ByteArrayOutputStream();
            store.store(bytes, ThrowAwayPki.STORE_PASSWORD.toCharArray());
            return writeNew(fileName, bytes.toByteArray());
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot write the key store " + path.resolve(fileName), e);
        }
    }

    private Path writeNew(String fileName, byte[] content) throws IOException {
        Path file = path.resolve(fileName);
        FileAttribute<?>[] ownerOnly =
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        Set<StandardOpenOption> newFile =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = Files.newByteChannel(file, newFile, ownerOnly)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
        return file;
    }

    private static byte[] encrypted(PrivateKey key, String password) throws IOException {
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
            return new EncryptedPrivateKeyInfo(algorithm, encrypted).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IOException("cannot encrypt a private key with " + KEY_ENCRYPTION, e);
        } finally {
            keySpec.clearPassword();
        }
    }

    @FunctionalInterface
    private interface StoreContent {
        void addTo(KeyStore store) throws GeneralSecurityException;
    }
}
