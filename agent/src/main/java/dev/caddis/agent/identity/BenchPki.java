package dev.caddis.agent.identity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A certificate authority in a folder, for a bench and a small plant.
///
/// ```
/// FOLDER/ca.pem      the authority's certificate: everybody who is to trust it gets this file
/// FOLDER/ca.key      its key: whoever has it is the authority
/// FOLDER/NAME.pem    for each name issued: its certificate,
/// FOLDER/NAME.key    its key, unless the request came from elsewhere,
/// FOLDER/NAME.p12    and both with ca.pem, once bundled
/// ```
public final class BenchPki {

    private static final Duration CLOCK_TOLERANCE = Duration.ofHours(1);

    private final NewFiles files;
    private static final int RSA_BITS_MIN = 2048;

    private final X509Certificate authority;
    private final PrivateKey key;

    private BenchPki(NewFiles files, X509Certificate authority, PrivateKey key) {
        this.files = files;
        this.authority = authority;
        this.key = key;
    }

    /// Makes an authority in `folder`, which is new or empty.
    public static BenchPki init(Path folder, String name, Duration validity, Instant now)
            throws IOException {
        NewFiles files = NewFiles.claim(folder);
        KeyPair keys = KeyKind.EC_P256.generate();
        X509Certificate authority =
                Certificates.selfSigned(name, keys, now.minus(CLOCK_TOLERANCE), now.plus(validity));
        files.writeSecret("ca.key", Pem.of(keys.getPrivate()));
        files.writePublic("ca.pem", Pem.of(authority));
        return new BenchPki(files, authority, keys.getPrivate());
    }

    /// The authority that is in `folder`.
    ///
    /// @throws PkiException when there is none, or its key does not fit
    public static BenchPki open(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("ca.pem"))) {
            throw new PkiException(
                    "there is no authority in "
                            + folder
                            + " (no ca.pem); make one with: caddis pki init "
                            + folder,
                    null);
        }
        X509Certificate authority = certificate(folder.resolve("ca.pem"));
        PrivateKey key = key(folder.resolve("ca.key"));
        if (!Keys.fits(key, authority.getPublicKey())) {
            throw new PkiException(
                    folder.resolve("ca.key")
                            + " does not fit ca.pem beside it; put back the key that belongs to it",
                    null);
        }
        return new BenchPki(NewFiles.in(folder), authority, key);
    }

    /// Issues a certificate with a new key: `STEM.pem`, then `STEM.key`.
    public List<Path> issue(
            String stem, CertificateSubject subject, KeyKind kind, Duration validity, Instant now)
            throws IOException {
        String name = CertificateSubject.fileName(stem);
        files.refuseExisting(List.of(name + ".pem", name + ".key"));
        KeyPair keys = kind.generate();
        byte[] certificate = Pem.of(signed(subject, keys.getPublic(), validity, now));
        Path key = files.writeSecret(name + ".key", Pem.of(keys.getPrivate()));
        return List.of(files.writePublic(name + ".pem", certificate), key);
    }

    /// Issues a certificate for a key that stays where the request was made: `STEM.pem`.
    public Path issueFor(
            PublicKey key, String stem, CertificateSubject subject, Duration validity, Instant now)
            throws IOException {
        String name = CertificateSubject.fileName(stem);
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
            throw new PkiException(
                    "the key of the request is "
                            + KeyKind.of(key)
                            + ", which can be broken; make another request with 2048 bits at least,"
                            + " or with: caddis pki csr NAME",
                    null);
        }
        files.refuseExisting(List.of(name + ".pem"));
        return files.writePublic(name + ".pem", Pem.of(signed(subject, key, validity, now)));
    }

    private X509Certificate signed(
            CertificateSubject subject, PublicKey owner, Duration validity, Instant now)
            throws IOException {
        Instant end = authority.getNotAfter().toInstant();
        if (now.isAfter(end)) {
            throw new PkiException(
                    "the authority "
                            + authority.getSubjectX500Principal().getName()
                            + " expired "
                            + end
                            + "; make a new one with caddis pki init, and give its ca.pem to"
                            + " everybody",
                    null);
        }
        Instant until = now.plus(validity);
        return Certificates.signed(
                subject,
                owner,
                authority,
                key,
                now.minus(CLOCK_TOLERANCE),
                until.isAfter(end) ? end : until);
    }

    /// Puts the certificate, key and authority of `stem` into one PKCS#12 file under `password`:
    /// `STEM.p12`.
    public static Path bundle(Path folder, String stem, String password) throws IOException {
        String name = CertificateSubject.fileName(stem);
        X509Certificate certificate = certificate(folder.resolve(name + ".pem"));
        if (!Files.exists(folder.resolve(name + ".key"))) {
            throw new PkiException(
                    "there is no %s.key in %s: the key of a certificate that was asked for with a request stays where that was made; bring ca.pem and %s.pem there, and bundle there with --pki DIR"
                            .formatted(name, folder, name),
                    null);
        }
        PrivateKey key = key(folder.resolve(name + ".key"));
        if (!Keys.fits(key, certificate.getPublicKey())) {
            throw new PkiException(
                    folder.resolve(name + ".key") + " does not fit " + name + ".pem beside it",
                    null);
        }
        X509Certificate authority = certificate(folder.resolve("ca.pem"));
        return NewFiles.in(folder)
                .writeSecret(
                        name + ".p12", Store.complete(name, key, certificate, authority, password));
    }

    private static X509Certificate certificate(Path file) throws PkiException {
        for (PkiItem item : PkiFile.read(file, null).items()) {
            if (item instanceof PkiItem.Certificate(_, var certificate, _)) {
                return certificate;
            }
        }
        throw new PkiException(file + " holds no certificate; name the right folder", null);
    }

    private static PrivateKey key(Path file) throws PkiException {
        @Nullable PkiItem first = PkiFile.read(file, null).items().getFirst();
        if (first instanceof PkiItem.Key(_, var key, _)) {
            return key;
        }
        throw new PkiException(file + " holds no unencrypted private key; put it there", null);
    }
}
