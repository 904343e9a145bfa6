package dev.caddis.agent.identity;

import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/// One thing that a file of certificates and keys holds.
public sealed interface PkiItem {

    Path file();

    /// @param own whether it stands with a key of its own or first in its file: who somebody is,
    ///   not whom he trusts
    record Certificate(Path file, X509Certificate certificate, boolean own) implements PkiItem {}

    /// @param encrypted whether the file keeps it under a password
    record Key(Path file, PrivateKey key, boolean encrypted) implements PkiItem {
        @Override
        public String toString() {
            return "private key in " + file; // a key says too much of itself
        }
    }

    /// A private key for which no password was given.
    record LockedKey(Path file) implements PkiItem {}

    record Request(Path file, SigningRequest request) implements PkiItem {}
}
