package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// Section `tls`: PEM files for mutual TLS. Nothing missing is replaced by something weaker.
final class TlsReader {

    private TlsReader() {}

    /// The certificate's file, read before all else because `${cert:cn}` may stand anywhere; `null`
    /// when absent or wrong.
    static @Nullable Path certificate(@Nullable Section tls) {
        return tls == null ? null : tls.readOrNull("cert", files(tls).certificateFile());
    }

    /// The whole section around `certificate`.
    static Tls read(Section tls, @Nullable Path certificate) {
        Path ca = tls.readOrNull("ca", files(tls).file());
        Path key = tls.readOrNull("key", files(tls).keyFile());
        Value passwordValue = tls.value("key_password");
        Secret password = passwordValue == null ? null : Passwords.read(passwordValue);
        requireBoth(tls, "cert", "key");
        requireBoth(tls, "key", "cert");
        if (tls.has("key_password") && !tls.has("key")) {
            tls.wrong(
                    "key_password",
                    "stands without a key",
                    "write key: FILE beside it, or remove it");
        }
        return new Tls(ca, certificate, key, password);
    }

    private static void requireBoth(Section tls, String here, String missing) {
        if (tls.has(here) && !tls.has(missing)) {
            tls.wrong(here, "stands without a " + missing, "write " + missing + ": FILE beside it");
        }
    }

    private static FileParsers files(Section tls) {
        return new FileParsers(tls.context().names().folder());
    }
}
