package dev.caddis.agent.config;

import dev.caddis.agent.identity.RenewSettings;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.KeyPassword;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// The files of mutual TLS, as absolute paths that were readable when the configuration was loaded.
///
/// @param ca whom we trust; `null`: what `pkcs12` marks as trusted, if anything, else the system's
///   CAs
/// @param cert our certificate and its chain; without `pkcs11`, `null` exactly when `key` is
/// @param key our private key
/// @param pkcs12 certificate and key in one file; `null` where `cert` is not
/// @param pkcs11 the URI of our key in a token, its certificate in `cert` or in the token too;
///   `null` where `key` or `pkcs12` is not
/// @param keyPassword opens an encrypted key, or `pkcs12`; the PIN of the token
/// @param demands what the broker must keep to
/// @param renew how the certificate is renewed; `null`: by somebody else
public record Tls(
        @Nullable Path ca,
        @Nullable Path cert,
        @Nullable Path key,
        @Nullable Path pkcs12,
        @Nullable String pkcs11,
        @Nullable Secret keyPassword,
        Demands demands,
        @Nullable RenewSettings renew) {

    /// Nobody renews it here.
    public Tls(
            @Nullable Path ca,
            @Nullable Path cert,
            @Nullable Path key,
            @Nullable Path pkcs12,
            @Nullable String pkcs11,
            @Nullable Secret keyPassword) {
        this(ca, cert, key, pkcs12, pkcs11, keyPassword, Demands.NONE, null);
    }

    /// The same, with more to keep to, and renewed that way.
    Tls with(Demands more, @Nullable RenewSettings renewal) {
        return new Tls(ca, cert, key, pkcs12, pkcs11, keyPassword, more, renewal);
    }

    /// Certificate and key in files of their own; `null` where there is none.
    static Tls pem(
            @Nullable Path ca,
            @Nullable Path cert,
            @Nullable Path key,
            @Nullable Secret keyPassword) {
        return new Tls(ca, cert, key, null, null, keyPassword);
    }

    /// The same for the client library; the password is read at each connection.
    ///
    /// @throws IllegalArgumentException when `pkcs11` is no URI that it understands
    public ClientIdentity identity() {
        return demands.of(files());
    }

    private ClientIdentity files() {
        Secret password = keyPassword;
        KeyPassword opens = password == null ? null : () -> password.read().toCharArray();
        if (pkcs11 != null) {
            return ClientIdentity.pkcs11(ca, cert, pkcs11, opens);
        }
        return pkcs12 == null
                ? ClientIdentity.pem(ca, cert, key, opens)
                : ClientIdentity.pkcs12(ca, pkcs12, opens);
    }
}
