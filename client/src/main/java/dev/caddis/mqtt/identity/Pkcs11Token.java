package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// A key that stays in its token: the JDK's SunPKCS11 has the token sign, and no byte of the key is
/// ever seen here.
///
/// The provider is registered with the JVM, since TLS looks there for who can sign with the key.
/// One whose token failed is let go, so that a token that was pulled is met anew; the keys that it
/// gave sign no more. What is wrong with a certificate is no fault of the token's: others may have
/// its keys in use.
///
/// A PIN that was refused is not tried again until another one is read, or the process restarts: a
/// token locks itself after a few wrong ones.
final class Pkcs11Token {

    private static final String JDK = "SunPKCS11";
    private static final String STORE = "PKCS11";
    private static final String REMEDY = "correct it, or set it at the token and restart";
    private static final int DEPTH_MAX = 20; // of causes

    /// Digests of the refused PINs, by the provider's name: of the process, as the providers are,
    /// since each reading of a configuration makes a token of its own.
    private static final Map<String, byte[]> REFUSED = new ConcurrentHashMap<>();

    private final Pkcs11Uri uri;
    private final @Nullable KeyPassword pin;

    Pkcs11Token(Pkcs11Uri uri, @Nullable KeyPassword pin) {
        this.uri = uri;
        this.pin = pin == null && uri.pinSource() != null ? KeyPassword.file(uri.pinSource()) : pin;
    }

    private interface Search {
        LoadedIdentity.Device in(KeyStore store) throws GeneralSecurityException, IdentityException;
    }

    /// Logs in and finds the key.
    ///
    /// @param certificate its certificate and issuers; `null`: those in the token
    LoadedIdentity.Device load(@Nullable IdentityFile certificate) throws IdentityException {
        return find(store -> device(store, certificate));
    }

    /// `kept`, with its key as the token gives it now.
    LoadedIdentity.Device load(LoadedIdentity.Device kept) throws IdentityException {
        return find(store ->
                new LoadedIdentity.Device(
                        kept.source(),
                        kept.certificateFile(),
                        kept.chain(),
                        key(
                                store,
                                alias(store),
                                kept.chain(),
                                "the certificate that was in use before")));
    }

    private synchronized LoadedIdentity.Device find(Search search) throws IdentityException {
        Provider provider = provider();
        try {
            return search.in(open(provider));
        } catch (GeneralSecurityException | ProviderException e) {
            Security.removeProvider(provider.getName());
            throw new IdentityException(
                    Problem.TOKEN_UNUSABLE,
                    "%s cannot be used: %s; is it plugged in?".formatted(uri, why(e)),
                    e);
        }
    }

    /// The token's own generator of random numbers, where it has one.
    ///
    /// @throws IdentityException when the token cannot be reached
    synchronized SecureRandom generator() throws IdentityException {
        try {
            return SecureRandom.getInstance(STORE, provider());
        } catch (GeneralSecurityException | ProviderException e) {
            throw new IdentityException(
                    Problem.TOKEN_UNUSABLE,
                    uri + " has no generator of random numbers: " + why(e),
                    e);
        }
    }

    private Provider provider() throws IdentityException {
        Provider jdk = Security.getProvider(JDK);
        if (jdk == null) {
            throw new IdentityException(
                    Problem.TOKEN_UNUSABLE,
                    uri
                            + " needs the Java module jdk.crypto.cryptoki, which this Java does not"
                            + " have; use a whole JDK, or link that module too");
        }
        if (!Files.isRegularFile(uri.module())) {
            throw new IdentityException(
                    Problem.FILE_MISSING,
                    "PKCS#11 library %s does not exist; install it or correct module-path"
                            .formatted(uri.module()));
        }
        long slot = slot();
        String name =
                "caddis-%x-%s".formatted(uri.module().hashCode(), Long.toUnsignedString(slot));
        Provider present = Security.getProvider(JDK + "-" + name);
        if (present != null) {
            return present;
        }
        try {
            Provider made =
                    jdk.configure(
                            "--name=%s\nlibrary=\"%s\"\nslot=%s\n"
                                    .formatted(
                                            name,
                                            uri.module().toAbsolutePath(),
                                            Long.toUnsignedString(slot)));
            Security.addProvider(made);
            return made;
        } catch (InvalidParameterException | ProviderException e) {
            throw new IdentityException(
                    Problem.TOKEN_UNUSABLE,
                    "PKCS#11 library %s cannot be used: %s; is it made for this machine?"
                            .formatted(uri.module(), why(e)),
                    e);
        }
    }

    /// The slot whose token is the one that the URI describes.
    private long slot() throws IdentityException {
        Long named = uri.slot();
        if (named != null && uri.token().isEmpty()) {
            return named;
        }
        List<Pkcs11Slots.Slot> all;
        try {
            all = Pkcs11Slots.of(uri.module());
        } catch (IOException e) {
            throw new IdentityException(
                    Problem.TOKEN_UNUSABLE,
                    "%s cannot be looked for: %s".formatted(uri, e.getMessage()),
                    e);
        }
        List<Pkcs11Slots.Slot> fitting =
                all.stream()
                        .filter(each -> named == null || each.number() == named)
                        .filter(each -> each.token().entrySet().containsAll(uri.token().entrySet()))
                        .toList();
        if (fitting.size() == 1) {
            return fitting.getFirst().number();
        }
        throw new IdentityException(
                Problem.TOKEN_UNUSABLE,
                fitting.isEmpty()
                        ? "%s is not there; %s".formatted(uri, there(all))
                        : "%s are %d tokens; add serial=NUMBER to the URI"
                                .formatted(uri, fitting.size()));
    }

    private static String there(List<Pkcs11Slots.Slot> all) {
        return all.isEmpty()
                ? "no token is; plug it in"
                : "there are: "
                        + String.join(
                                ", ",
                                all.stream()
                                        .map(each ->
                                                each.token().get("token")
                                                        + " (serial "
                                                        + each.token().get("serial")
                                                        + ")")
                                        .toList())
                        + "; plug it in, or correct the URI";
    }

    private KeyStore open(Provider provider) throws GeneralSecurityException, IdentityException {
        KeyStore store = KeyStore.getInstance(STORE, provider);
        char[] asked = pin();
        byte[] digest = digest(asked);
        try {
            if (Arrays.equals(digest, REFUSED.get(provider.getName()))) {
                throw new IdentityException(
                        Problem.WRONG_PASSWORD,
                        "the PIN of %s was refused before and is not tried again, since a token"
                                        .formatted(uri)
                                + " locks itself after a few wrong ones; "
                                + REMEDY);
            }
            store.load(null, asked);
            REFUSED.remove(provider.getName());
            return store;
        } catch (IOException e) {
            if (!says(e, "CKR_PIN_")) {
                throw new GeneralSecurityException(why(e), e);
            }
            if (says(
                    e,
                    "CKR_PIN_LOCKED")) { // refuses every PIN until it is unlocked, and counts none
                throw new IdentityException(
                        Problem.WRONG_PASSWORD,
                        uri
                                + " is locked after too many wrong PINs; unlock it with its maker's"
                                + " tool",
                        e);
            }
            REFUSED.put(provider.getName(), digest);
            throw new IdentityException(
                    Problem.WRONG_PASSWORD,
                    "the PIN does not open %s; %s"
                            .formatted(uri, asked.length == 0 ? "it is empty" : REMEDY),
                    e);
        } finally {
            Arrays.fill(asked, '\0');
        }
    }

    private char[] pin() throws IdentityException {
        KeyPassword source = pin;
        if (source == null) {
            throw new IdentityException(
                    Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD,
                    uri + " needs a PIN and none is given; give one");
        }
        try {
            return source.read();
        } catch (IOException e) {
            throw new IdentityException(
                    Problem.PASSWORD_UNREADABLE,
                    "the PIN of %s cannot be read: %s".formatted(uri, IdentityFile.why(e)),
                    e);
        }
    }

    private static byte[] digest(char[] pin) throws GeneralSecurityException {
        byte[] bytes = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin)).array();
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private LoadedIdentity.Device device(KeyStore store, @Nullable IdentityFile certificate)
            throws GeneralSecurityException, IdentityException {
        String alias = alias(store);
        if (certificate == null) {
            List<X509Certificate> chain = chain(store, alias);
            PrivateKey key = key(store, alias, chain, "the certificate beside it");
            return new LoadedIdentity.Device(uri.toString(), null, chain, key);
        }
        List<X509Certificate> chain = Certificates.read(certificate);
        PrivateKey key = key(store, alias, chain, certificate.toString());
        return LoadedIdentity.Device.in(certificate.path(), chain, key);
    }

    /// @param certificate what `chain` is, in words
    private PrivateKey key(
            KeyStore store, String alias, List<X509Certificate> chain, String certificate)
            throws GeneralSecurityException, IdentityException {
        PrivateKey key = (PrivateKey) store.getKey(alias, null);
        if (!KeyFit.fits(key, chain.getFirst().getPublicKey())) {
            throw new IdentityException(
                    Problem.KEY_DOES_NOT_FIT,
                    "the key %s in %s does not fit %s (%s); use the certificate that was issued for it"
                            .formatted(alias, uri, certificate, Subject.of(chain.getFirst())));
        }
        return key;
    }

    private String alias(KeyStore store) throws GeneralSecurityException, IdentityException {
        List<String> keys = new ArrayList<>();
        for (String each : Collections.list(store.aliases())) {
            if (store.isKeyEntry(each) && store.getCertificate(each) != null) {
                keys.add(each);
            }
        }
        String wanted = uri.object();
        if (wanted != null && keys.contains(wanted)) {
            return wanted;
        }
        if (wanted == null && keys.size() == 1) {
            return keys.getFirst();
        }
        String found =
                keys.isEmpty()
                        ? "no private key with its certificate; Java finds a key only by a"
                                + " certificate of the same identifier in the token, put it there:"
                                + " pkcs11-tool --write-object CERTIFICATE.der --type cert --id ID"
                                + " --label LABEL"
                        : "the keys "
                                + String.join(", ", keys)
                                + "; name one of them, object=LABEL";
        throw new IdentityException(
                Problem.BAD_STORE,
                "%s has %s%s"
                        .formatted(
                                uri, wanted == null ? "" : "no key " + wanted + ", but ", found));
    }

    private static List<X509Certificate> chain(KeyStore store, String alias)
            throws GeneralSecurityException {
        Certificate[] certificates = store.getCertificateChain(alias);
        return Arrays.stream(certificates)
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast)
                .toList();
    }

    private static boolean says(Throwable problem, String what) {
        Throwable each = problem;
        for (int i = 0; each != null && i < DEPTH_MAX; i++) {
            if (String.valueOf(each.getMessage()).contains(what)) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }

    /// The innermost reason: the token's own, such as CKR_DEVICE_REMOVED.
    private static String why(Throwable problem) {
        Throwable each = problem;
        for (int i = 0; each.getCause() != null && i < DEPTH_MAX; i++) {
            each = each.getCause();
        }
        return each.getMessage() == null ? each.getClass().getSimpleName() : each.getMessage();
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
