package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.ClientIdentity;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// The PEM files of mutual TLS, as absolute paths that were readable when the configuration was
/// loaded.
///
/// @param ca whom we trust; `null`: the system's CAs
/// @param cert our certificate and its chain; `null` exactly when `key` is
/// @param key our private key
/// @param keyPassword opens an encrypted key
public record Tls(
        @Nullable Path ca, @Nullable Path cert, @Nullable Path key, @Nullable Secret keyPassword) {

    /// The same for the client library; the password is read at each connection.
    public ClientIdentity identity() {
        Secret password = keyPassword;
        return ClientIdentity.pem(
                ca, cert, key, password == null ? null : () -> password.read().toCharArray());
    }
}
