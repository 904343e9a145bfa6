package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

/// Looks into the files of section `tls`: are they PEM, does the password open the key, does the
/// key fit the certificate?
@FunctionalInterface
interface IdentityCheck {

    /// What is wrong with the files, in one plain sentence; `null` when nothing is.
    @Nullable String complaint(Tls tls);
}
