package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What a PKCS#12 file holds for us (RFC 7292).
///
/// @param chain the device's certificate, then its issuers as far as they are in the file
/// @param trusted what the file marks as trusted, as `keytool -importcert` does; the issuers of our
///   own certificate are not among them
record Pkcs12(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> trusted) {

    private static final String MAKE_AGAIN =
            "; make it again: openssl pkcs12 -export -in CERTIFICATE -inkey KEY -out FILE";

    /// Reads `file`, whose key and certificate must belong together.
    ///
    /// @param password opens the file and the key in it; null: an empty one
    static Pkcs12 read(IdentityFile file, @Nullable KeyPassword password) throws IdentityException {
        byte[] bytes = file.read();
        if (bytes.length == 0 || bytes[0] != Der.SEQUENCE) {
            throw bad(file, " is not PKCS#12" + whatInstead(bytes), null);
        }
        try (AskedPassword asked =
                password == null ? AskedPassword.empty(file) : AskedPassword.of(password, file)) {
            return contents(open(bytes, file, asked, password == null), file, asked);
        } catch (GeneralSecurityException e) {
            throw unsupported(file, e);
        }
    }

    private static String whatInstead(byte[] bytes) {
        if (bytes.length == 0) {
            return ", it is empty; copy it again";
        }
        return bytes[0] == '-'
                ? ", it begins like PEM; name it as the certificate and the key instead"
                : "; is it the right file?";
    }

    private static KeyStore open(
            byte[] bytes, IdentityFile file, AskedPassword asked, boolean notGiven)
            throws GeneralSecurityException, IdentityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(new ByteArrayInputStream(bytes), asked.characters());
            return store;
        } catch (IOException e) {
            if (!isCausedBy(UnrecoverableKeyException.class, e)) {
                throw isCausedBy(NoSuchAlgorithmException.class, e)
                        ? unsupported(file, e)
                        : bad(file, " is cut off or damaged; copy it again", e);
            }
            if (notGiven) {
                throw new IdentityException(
                        Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD,
                        file + " is protected by a password and none is given; give one",
                        e);
            }
            throw asked.wrongOrNotAscii(e);
        }
    }

    private static boolean isCausedBy(Class<? extends Throwable> kind, Throwable problem) {
        for (Throwable t = problem; t != null; t = t.getCause()) {
            if (kind.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    private static Pkcs12 contents(KeyStore store, IdentityFile file, AskedPassword asked)
            throws GeneralSecurityException, IdentityException {
        var keys = new ArrayList<String>();
        var trusted = new ArrayList<X509Certificate>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
                keys.add(alias);
            } else if (store.getCertificate(alias) instanceof X509Certificate certificate) {
                trusted.add(certificate);
            }
        }
        if (keys.isEmpty()) {
            throw bad(
                    file,
                    " holds no private key that Java can read"
                            + (trusted.isEmpty()
                                    ? " (it must be encrypted)"
                                    : ", only certificates it trusts")
                            + MAKE_AGAIN,
                    null);
        }
        if (keys.size() > 1) {
            throw bad(
                    file,
                    " holds %d private keys; make one with the device's key alone"
                            .formatted(keys.size()),
                    null);
        }
        List<X509Certificate> chain = chain(store, keys.getFirst(), file);
        PrivateKey key = key(store, keys.getFirst(), file, asked);
        if (!KeyFit.fits(PrivateKeys.usable(key, file), chain.getFirst().getPublicKey())) {
            throw new IdentityException(
                    Problem.KEY_DOES_NOT_FIT,
                    "the private key in %s does not fit the certificate in it (%s)"
                                    .formatted(file, Subject.of(chain.getFirst()))
                            + MAKE_AGAIN);
        }
        return new Pkcs12(chain, key, List.copyOf(trusted));
    }

    private static List<X509Certificate> chain(KeyStore store, String alias, IdentityFile file)
            throws KeyStoreException, IdentityException {
        Certificate[] certificates = store.getCertificateChain(alias);
        var chain = new ArrayList<X509Certificate>();
        for (Certificate each : certificates == null ? new Certificate[0] : certificates) {
            if (each instanceof X509Certificate certificate) {
                chain.add(certificate);
            }
        }
        if (chain.isEmpty()) {
            throw bad(file, " holds a private key without its certificate" + MAKE_AGAIN, null);
        }
        return List.copyOf(chain);
    }

    private static PrivateKey key(
            KeyStore store, String alias, IdentityFile file, AskedPassword asked)
            throws GeneralSecurityException, IdentityException {
        try {
            return (PrivateKey) store.getKey(alias, asked.characters());
        } catch (UnrecoverableKeyException e) {
            throw new IdentityException(
                    Problem.WRONG_PASSWORD,
                    "the key password opens %s, and not the private key in it, which has another"
                                    .formatted(file)
                            + " one or is damaged; give both the same: openssl pkcs12 -export",
                    e);
        }
    }

    private static IdentityException unsupported(IdentityFile file, Exception cause) {
        return new IdentityException(
                Problem.UNSUPPORTED_KEY,
                file
                        + " holds a key of a kind, or is encrypted in a way, that Java does not"
                        + " read"
                        + MAKE_AGAIN,
                cause);
    }

    private static IdentityException bad(
            IdentityFile file, String what, @Nullable Exception cause) {
        return new IdentityException(Problem.BAD_STORE, file + what, cause);
    }

    /// Without the key, which says too much of itself.
    @Override
    public String toString() {
        return Subject.of(chain.getFirst());
    }
}
