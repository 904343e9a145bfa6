package dev.caddis.agent.config;

import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.OcspStapling;
import dev.caddis.mqtt.identity.TlsVersion;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.List;

/// What the broker must keep to beyond a certificate of a CA that we trust.
///
/// @param pins public keys of which one must be in its chain; empty: any
/// @param crl the file of revoked certificates; `null`: none
/// @param ocsp what the OCSP response it sends must say; `null`: anything
public record Demands(
        TlsVersion minVersion, List<String> pins, @Nullable Path crl, @Nullable OcspStapling ocsp) {

    static final Demands NONE = new Demands(TlsVersion.TLS_1_2, List.of(), null, null);

    public Demands {
        pins = List.copyOf(pins);
    }

    /// @throws IllegalArgumentException when a pin is none
    ClientIdentity of(ClientIdentity identity) {
        ClientIdentity demanding = identity.atLeast(minVersion).pinning(pins);
        if (crl != null) {
            demanding = demanding.checkingRevocation(crl);
        }
        return ocsp == null ? demanding : demanding.checkingStapledOcsp(ocsp);
    }
}
