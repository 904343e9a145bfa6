package dev.caddis.demo;

import java.io.IOException;
import java.nio.file.Path;

import javax.net.ssl.KeyManagerFactory;

/// One certificate and its key on disk.
///
/// @param certificate PEM
/// @param key PEM, PKCS#8, encrypted when the request named a password; mode 0600
/// @param keyStore both as PKCS#12, opened by [ThrowAwayPki#STORE_PASSWORD]; mode 0600
public record Issued(Path certificate, Path key, Path keyStore) {

    /// Certificate and key for libraries that build their own TLS context.
    public KeyManagerFactory keys() throws IOException {
        return TlsContexts.keys(keyStore);
    }
}
