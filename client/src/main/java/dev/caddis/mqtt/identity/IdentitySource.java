package dev.caddis.mqtt.identity;

/// Gives the identity for one attempt to connect.
@FunctionalInterface
public interface IdentitySource {

    /// May block: files are read, a token is asked.
    ///
    /// @throws IdentityException when there is none to be had now
    LoadedIdentity load() throws IdentityException;
}
