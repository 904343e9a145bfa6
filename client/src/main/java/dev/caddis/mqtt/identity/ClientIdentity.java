package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/// Names the files of our certificate and key, PEM or PKCS#12, and of the CAs we trust. Immutable;
/// reads nothing until [#load()].
public final class ClientIdentity {

    private final @Nullable IdentityFile ca;
    private final @Nullable IdentityFile certificate;
    private final @Nullable IdentityFile key;
    private final @Nullable IdentityFile store;
    private final @Nullable KeyPassword password;

    private ClientIdentity(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path store,
            @Nullable KeyPassword password) {
        this.ca = file("CA file", ca);
        this.certificate = file("certificate file", certificate);
        this.key = file("key file", key);
        this.store = file("PKCS#12 file", store);
        this.password = password;
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
        return new ClientIdentity(ca, certificate, key, null, password);
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
        return new ClientIdentity(ca, null, null, store, password);
    }

    /// Checks the server against the system's CAs and has no client certificate.
    public static ClientIdentity systemTrust() {
        return pem(null, null, null);
    }

    /// Reads every file anew, so that renewed files count from the next connection on.
    ///
    /// An expired certificate of our own is no error here: the broker decides, and
    /// [LoadedIdentity#notAfter()] tells.
    ///
    /// @throws IdentityException for the first problem of the files, in one plain sentence
    public LoadedIdentity load() throws IdentityException {
        if (store != null) {
            return loadStore(store);
        }
        LoadedIdentity.Device device = loadDevice();
        return ca == null
                ? new LoadedIdentity(Trust.system(), null, device)
                : new LoadedIdentity(Trust.in(ca), ca.path(), device);
    }

    private LoadedIdentity loadStore(IdentityFile from) throws IdentityException {
        Pkcs12 read = Pkcs12.read(from, password);
        var device = new LoadedIdentity.Device(from.path(), read.chain(), read.key());
        if (ca != null) {
            return new LoadedIdentity(Trust.in(ca), ca.path(), device);
        }
        return read.trusted().isEmpty()
                ? new LoadedIdentity(Trust.system(), null, device)
                : new LoadedIdentity(Trust.only(read.trusted(), from), from.path(), device);
    }

    private LoadedIdentity.@Nullable Device loadDevice() throws IdentityException {
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
        return new LoadedIdentity.Device(certificate.path(), chain, privateKey);
    }

    /// The names of the files, never what is in them.
    @Override
    public String toString() {
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
