package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.KeyPassword;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// The files of mutual TLS, as absolute paths that were readable when the configuration was loaded.
///
/// @param ca whom we trust; `null`: what `pkcs12` marks as trusted, if anything, else the system's
///   CAs
/// @param cert our certificate and its chain; `null` exactly when `key` is
/// @param key our private key
/// @param pkcs12 certificate and key in one file; `null` where `cert` is not
/// @param keyPassword opens an encrypted key, or `pkcs12`
public record Tls(
        @Nullable Path ca,
        @Nullable Path cert,
        @Nullable Path key,
        @Nullable Path pkcs12,
        @Nullable Secret keyPassword) {

    /// The same for the client library; the password is read at each connection.
    public ClientIdentity identity() {
        Secret password = keyPassword;
        KeyPassword opens = password == null ? null : () -> password.read().toCharArray();
        return pkcs12 == null
                ? ClientIdentity.pem(ca, cert, key, opens)
                : ClientIdentity.pkcs12(ca, pkcs12, opens);
    }
}
