package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// What a server must keep to beyond a certificate of a CA that we trust.
///
/// @param pins SHA-256 of public keys, in Base64; empty: any key
/// @param revoked the file of revoked certificates; `null`: nobody is asked
record ServerRules(TlsVersion minimum, Set<String> pins, @Nullable IdentityFile revoked) {

    static final ServerRules NONE = new ServerRules(TlsVersion.TLS_1_2, Set.of(), null);

    ServerRules {
        pins = Set.copyOf(pins);
    }
}
