package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;

/// Looks into the files of section `tls`: are they PEM, does the password open the key, does the
/// key fit the certificate?
@FunctionalInterface
interface IdentityCheck {

    /// What is wrong with the files, in one plain sentence; `null` when nothing is.
    @Nullable String complaint(Tls tls);

    /// Loads them as a connection would.
    static IdentityCheck byLoading() {
        return tls -> {
            try {
                tls.identity().load();
                return null;
            } catch (IdentityException unusable) {
                return unusable.getMessage();
            }
        };
    }
}
