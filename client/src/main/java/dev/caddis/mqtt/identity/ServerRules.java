package dev.caddis.mqtt.identity;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// What a server must keep to beyond a certificate of a CA that we trust.
///
/// @param pins SHA-256 of public keys, in Base64; empty: any key
/// @param revoked the file of revoked certificates; `null`: nobody is asked
/// @param stapling what the OCSP response it sends must say; `null`: anything
record ServerRules(
        TlsVersion minimum,
        Set<String> pins,
        @Nullable IdentityFile revoked,
        @Nullable OcspStapling stapling) {

    static final ServerRules NONE = new ServerRules(TlsVersion.TLS_1_2, Set.of(), null, null);

    ServerRules {
        pins = Set.copyOf(pins);
    }

    ServerRules atLeast(TlsVersion version) {
        return new ServerRules(version, pins, revoked, stapling);
    }

    ServerRules pinning(Set<String> digests) {
        return new ServerRules(minimum, digests, revoked, stapling);
    }

    ServerRules without(IdentityFile revokedOnes) {
        return new ServerRules(minimum, pins, revokedOnes, stapling);
    }

    ServerRules stapling(OcspStapling asked) {
        return new ServerRules(minimum, pins, revoked, asked);
    }
}
