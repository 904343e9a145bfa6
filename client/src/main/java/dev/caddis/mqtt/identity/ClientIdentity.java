package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// Names the files of our certificate and key, PEM or PKCS#12, or the token that holds them, and
/// the file of the CAs we trust. Reads nothing until [#load()].
public final class ClientIdentity implements IdentitySource {

    private static final System.Logger LOG = System.getLogger(ClientIdentity.class.getName());

    private final @Nullable IdentityFile ca;
    private final @Nullable IdentityFile certificate;
    private final @Nullable IdentityFile key;
    private final @Nullable IdentityFile store;
    private final @Nullable Pkcs11Token token;
    private final @Nullable KeyPassword password;
    private final ServerRules rules;

    private ClientIdentity(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path store,
            @Nullable Pkcs11Token token,
            @Nullable KeyPassword password) {
        this.ca = file("CA file", ca);
        this.certificate = file("certificate file", certificate);
        this.key = file("key file", key);
        this.store = file("PKCS#12 file", store);
        this.token = token;
        this.password = password;
        this.rules = ServerRules.NONE;
    }

    private ClientIdentity(ClientIdentity of, ServerRules rules) {
        this.ca = of.ca;
        this.certificate = of.certificate;
        this.key = of.key;
        this.store = of.store;
        this.token = of.token;
        this.password = of.password;
        this.rules = rules;
    }

    private static @Nullable IdentityFile file(String role, @Nullable Path path) {
        return path == null ? null : new IdentityFile(role, path);
    }

    /// Key material in PEM files, the key not encrypted.
    ///
    /// @param ca one or several CA certificates; null: the system's CAs
    /// @param certificate the device's certificate, then its issuers; null only together with
    ///   `key`: no client certificate
    /// @param key RSA, EC of curve P-256, P-384 or P-521, or Ed25519, as PKCS#8 (`PRIVATE KEY`),
    ///   PKCS#1 (`RSA PRIVATE KEY`) or SEC1 (`EC PRIVATE KEY`); may be the same file as
    ///   `certificate`. Ed25519 needs a broker that takes it
    public static ClientIdentity pem(
            @Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
        return pem(ca, certificate, key, null);
    }

    /// Key material in PEM files, the key possibly encrypted: PKCS#8 (PBES2 with AES or DES-EDE3;
    /// PBES1 as far as Java has it), or the older form with `Proc-Type` and `DEK-Info` headers
    /// (AES-128, -192, -256 or DES-EDE3, CBC).
    ///
    /// @param password asked at each load, and only when the key is encrypted
    public static ClientIdentity pem(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable KeyPassword password) {
        return new ClientIdentity(ca, certificate, key, null, null, password);
    }

    /// Certificate, chain and key in one PKCS#12 file (`.p12`, `.pfx`).
    ///
    /// The issuers of our own certificate that are in the file are sent along, and trusted no more
    /// for that.
    ///
    /// @param ca PEM, one or several CA certificates; null: the certificates that `store` marks as
    ///   trusted, as `keytool -importcert` does, where it has any, else the system's CAs
    /// @param store holds one private key, encrypted, and its certificate
    /// @param password opens `store` and the key in it, asked at each load; null: an empty one
    public static ClientIdentity pkcs12(
            @Nullable Path ca, Path store, @Nullable KeyPassword password) {
        return new ClientIdentity(ca, null, null, store, null, password);
    }

    /// A key that never leaves its token (PKCS#11), by the JDK's SunPKCS11 provider.
    ///
    /// The library is loaded into the process, and its provider registered with the JVM. A PIN that
    /// the token refused is not tried again by the process: it would lock itself.
    ///
    /// @param ca PEM, one or several CA certificates; null: the system's CAs
    /// @param certificate PEM, the device's certificate and its issuers; null: those in the token.
    ///   Java finds a key by a certificate of the same identifier in the token, so one must be
    ///   there in any case
    /// @param uri RFC 7512, such as
    ///   `pkcs11:token=plant;object=pump-17?module-path=/usr/lib/softhsm/libsofthsm2.so`. Obeyed
    ///   are `token`, `manufacturer`, `model`, `serial` (all from Java 22 on), `slot-id`, `object`
    ///   (the label; left out: the only key), `type=private`, `module-path` and `pin-source` (a
    ///   file); others are refused
    /// @param pin asked at each load; null: the `pin-source` of the URI
    /// @throws IllegalArgumentException when the URI is none, or asks for what is not supported;
    ///   the sentence says what to write
    public static ClientIdentity pkcs11(
            @Nullable Path ca, @Nullable Path certificate, String uri, @Nullable KeyPassword pin) {
        return new ClientIdentity(
                ca, certificate, null, null, new Pkcs11Token(Pkcs11Uri.of(uri), pin), null);
    }

    /// Checks the server against the system's CAs and has no client certificate.
    public static ClientIdentity systemTrust() {
        return pem(null, null, null);
    }

    /// The same, for servers that speak this version of TLS or a newer one; left out: TLS 1.2.
    public ClientIdentity atLeast(TlsVersion minimum) {
        return new ClientIdentity(this, rules.atLeast(minimum));
    }

    /// The same, for servers with one of these public keys in their certificate chain, beside all
    /// else that is checked: their own, or that of a CA above them. Pin two keys at least, one of
    /// them in reserve.
    ///
    /// @param pins SHA-256 of the SubjectPublicKeyInfo in Base64 (RFC 7469 section 2.4), also as
    ///   `sha256/BASE64` or `pin-sha256="BASE64"`; none: any key
    /// @throws IllegalArgumentException when one is no SHA-256
    public ClientIdentity pinning(Collection<String> pins) {
        var digests = new HashSet<String>();
        for (String pin : pins) {
            digests.add(PinText.digest(pin));
        }
        return new ClientIdentity(this, rules.pinning(digests));
    }

    /// The same, for servers whose certificate is not revoked: `crl` has a list of its issuer that
    /// is up to date and does not name it. Certificates between it and the CA are looked up where
    /// the file has a list of their issuer. The file is read at each connection. A server whose own
    /// certificate we trust is looked up as any other; its issuer must be sent or trusted, too.
    ///
    /// @param crl one or several CRLs, PEM or DER; whole ones
    public ClientIdentity checkingRevocation(Path crl) {
        return new ClientIdentity(this, rules.without(new IdentityFile("CRL file", crl)));
    }

    /// The same, for servers whose certificate is not revoked as the OCSP response says that they
    /// send with it. It must be signed by the CA that issued the certificate, or by whom that CA
    /// lets answer, name the certificate by SHA-1 hashes, since the JDK reads no others there, and
    /// be up to date, for which the JDK gives 15 minutes of grace. No responder is asked. A server
    /// whose own certificate we trust is no exception; its issuer must be sent or trusted, too.
    public ClientIdentity checkingStapledOcsp(OcspStapling asked) {
        return new ClientIdentity(this, rules.stapling(asked));
    }

    /// Reads every file anew, so that renewed files count from the next connection on.
    ///
    /// An expired certificate of our own is no error here: the broker decides, and
    /// [LoadedIdentity#notAfter()] tells.
    ///
    /// @throws IdentityException for the first problem of the files, in one plain sentence
    @Override
    public LoadedIdentity load() throws IdentityException {
        if (rules.revoked() != null) {
            RevocationList.read(rules.revoked()); // say now what no retry will mend
        }
        LoadedIdentity loaded = loadFiles();
        return rules.equals(ServerRules.NONE) ? loaded : loaded.under(rules);
    }

    /// The certificate and key of `kept`, for the servers that the files trust now; where that
    /// cannot be read, which says nothing against those that `kept` trusted, for them. A key in a
    /// token is taken from it anew: one of a token that was away for a moment signs no more.
    ///
    /// @param kept of an earlier [#load()]
    /// @throws IdentityException when the token does not give the key
    public LoadedIdentity loadKept(LoadedIdentity kept) throws IdentityException {
        LoadedIdentity ours = token == null ? kept : kept.withKeyOf(token);
        try {
            return ours.trustingAs(loadTrust());
        } catch (IdentityException unreadable) {
            return ours;
        }
    }

    private LoadedIdentity loadTrust() throws IdentityException {
        LoadedIdentity trust = store == null ? with(null) : loadStore(store);
        return rules.equals(ServerRules.NONE) ? trust : trust.under(rules);
    }

    private LoadedIdentity loadFiles() throws IdentityException {
        return store == null ? with(loadDevice()) : loadStore(store);
    }

    private LoadedIdentity with(LoadedIdentity.@Nullable Device device) throws IdentityException {
        return ca == null
                ? new LoadedIdentity(Trust.system(), null, device)
                : new LoadedIdentity(Trust.in(ca), ca.path(), device);
    }

    /// Whether there are files to watch: with a token and the system's CAs alone there are none.
    public boolean hasFiles() {
        return files().findAny().isPresent();
    }

    /// Whether the key is in a token, which may be pulled.
    public boolean inToken() {
        return token != null;
    }

    /// Stands for what the named files hold now, a missing one included: it changes when any of
    /// them does, and not when one is written again as it was. Tells nothing of what they hold.
    public String fingerprint() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            files().forEach(file -> digest.update(file.mark()));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private Stream<IdentityFile> files() {
        return Stream.of(ca, certificate, key, store).flatMap(Stream::ofNullable);
    }

    private LoadedIdentity loadStore(IdentityFile from) throws IdentityException {
        Pkcs12 read = Pkcs12.read(from, password);
        var device = LoadedIdentity.Device.in(from.path(), read.chain(), read.key());
        if (ca != null) {
            return new LoadedIdentity(Trust.in(ca), ca.path(), device);
        }
        return read.trusted().isEmpty()
                ? new LoadedIdentity(Trust.system(), null, device)
                : new LoadedIdentity(Trust.only(read.trusted(), from), from.path(), device);
    }

    private LoadedIdentity.@Nullable Device loadDevice() throws IdentityException {
        if (token != null) {
            return token.load(certificate);
        }
        if (certificate == null && key == null) {
            return null;
        }
        if (key == null) {
            throw new IdentityException(
                    Problem.KEY_NOT_GIVEN,
                    certificate
                            + " is given without a key file; name the file of its private key too");
        }
        if (certificate == null) {
            throw new IdentityException(
                    Problem.CERTIFICATE_NOT_GIVEN,
                    key
                            + " is given without a certificate file; name the file of its"
                            + " certificate too");
        }
        List<X509Certificate> chain = Certificates.read(certificate);
        PrivateKey privateKey = PrivateKeys.read(key, password);
        KeyFit.check(privateKey, key, chain, certificate);
        return LoadedIdentity.Device.in(certificate.path(), chain, privateKey);
    }

    /// Random numbers for the delays before attempts: from the token where the key is in one, so
    /// that devices which begin alike do not go on alike, else, or when the token cannot be reached
    /// now, from the system.
    public SecureRandom random() {
        if (token != null) {
            try {
                return token.generator();
            } catch (IdentityException e) {
                LOG.log(System.Logger.Level.DEBUG, "the system's generator is used", e);
            }
        }
        return new SecureRandom();
    }

    /// The names of the files, never what is in them.
    @Override
    public String toString() {
        if (token != null) {
            return (ca == null ? "the system's CAs" : ca.toString())
                    + ", "
                    + (certificate == null ? "" : certificate + ", ")
                    + token;
        }
        if (store != null) {
            return (ca == null ? "" : ca + ", ") + store;
        }
        String device =
                certificate == null && key == null
                        ? "no client certificate"
                        : certificate + ", " + key;
        return (ca == null ? "the system's CAs" : ca.toString()) + ", " + device;
    }
}
