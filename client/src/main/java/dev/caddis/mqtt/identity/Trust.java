package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// The CAs a server may be certified by, as a trust manager of the JDK.
final class Trust {

    private Trust() {}

    /// Trusts the certificates of `file` and nobody else.
    static X509ExtendedTrustManager in(IdentityFile file) throws IdentityException {
        return only(Certificates.read(file), file);
    }

    /// Trusts `cas`, which came from `file`, and nobody else.
    static X509ExtendedTrustManager only(List<X509Certificate> cas, IdentityFile file)
            throws IdentityException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < cas.size(); i++) {
                store.setCertificateEntry("ca-" + i, cas.get(i));
            }
            return trustManager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IdentityException(
                    Problem.BAD_CERTIFICATE,
                    "the certificates of %s cannot be used as CAs: %s"
                            .formatted(file, e.getMessage()),
                    e);
        }
    }

    /// Trusts the CAs that this Java was installed with (or that `javax.net.ssl.trustStore` names).
    static X509ExtendedTrustManager system() throws IdentityException {
        try {
            X509ExtendedTrustManager system = trustManager(null);
            if (system.getAcceptedIssuers().length > 0) {
                return system;
            }
        } catch (GeneralSecurityException e) {
            throw new IdentityException(
                    Problem.NO_SYSTEM_CAS,
                    "the system's CAs cannot be read: %s; name a CA file".formatted(e.getMessage()),
                    e);
        }
        throw new IdentityException(
                Problem.NO_SYSTEM_CAS,
                "this Java has no CA to check the broker with; install ca-certificates or name a CA"
                        + " file");
    }

    private static X509ExtendedTrustManager trustManager(@Nullable KeyStore store)
            throws GeneralSecurityException {
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509ExtendedTrustManager extended) {
                return extended;
            }
        }
        throw new IllegalStateException("this Java has no trust manager for X.509");
    }
}
