package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.X509ExtendedTrustManager;

/// Names the files of our certificate and key, and of the CAs we trust. Immutable; reads nothing
/// until [#load()].
public final class ClientIdentity {

    private final @Nullable IdentityFile ca;
    private final @Nullable IdentityFile certificate;
    private final @Nullable IdentityFile key;
    private final @Nullable KeyPassword password;

    private ClientIdentity(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable KeyPassword password) {
        this.ca = file("CA file", ca);
        this.certificate = file("certificate file", certificate);
        this.key = file("key file", key);
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
    /// @param key PKCS#8, RSA or EC; may be the same file as `certificate`
    public static ClientIdentity pem(
            @Nullable Path ca, @Nullable Path certificate, @Nullable Path key) {
        return pem(ca, certificate, key, null);
    }

    /// Key material in PEM files, the key possibly encrypted.
    ///
    /// @param password asked at each load, and only when the key is encrypted
    public static ClientIdentity pem(
            @Nullable Path ca,
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable KeyPassword password) {
        return new ClientIdentity(ca, certificate, key, password);
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
        LoadedIdentity.Device device = loadDevice();
        X509ExtendedTrustManager trust = ca == null ? Trust.system() : Trust.in(ca);
        return new LoadedIdentity(trust, ca == null ? null : ca.path(), device);
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
        String device =
                certificate == null && key == null
                        ? "no client certificate"
                        : certificate + ", " + key;
        return (ca == null ? "the system's CAs" : ca.toString()) + ", " + device;
    }
}
