package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

/// Which version the next attempt speaks.
///
/// `auto` speaks MQTT 5 first, and 3.1.1 after the broker refused the version, or after it closed
/// two connections in an orderly way in answer to CONNECT before any success. 3.1.1 is remembered
/// only once it succeeded.
final class VersionChoice {

    private static final int CLOSES_BEFORE_FALLBACK = 2;

    private final @Nullable ProtocolVersion fixed;
    private @Nullable ProtocolVersion proven;
    private boolean fallBack;
    private boolean untold;
    private int closes;

    VersionChoice(@Nullable ProtocolVersion fixed) {
        this.fixed = fixed;
    }

    ProtocolVersion next() {
        if (fixed != null) {
            return fixed;
        }
        if (proven != null) {
            return proven;
        }
        if (fallBack) {
            fallBack = false; // one attempt: unless it succeeds, MQTT 5 has its turn again
            closes = 0;
            return ProtocolVersion.V3_1_1;
        }
        return ProtocolVersion.V5;
    }

    void refused(ProtocolVersion version) {
        if (version == ProtocolVersion.V5 && fixed == null) {
            proven = null;
            fallBack = true;
            untold = true;
        }
    }

    void closedInOrder(ProtocolVersion version) {
        if (version == ProtocolVersion.V5
                && fixed == null
                && proven == null
                && ++closes >= CLOSES_BEFORE_FALLBACK) {
            fallBack = true;
            untold = true;
        }
    }

    void succeeded(ProtocolVersion version) {
        proven = version;
    }

    /// Whether the next attempt is the one in 3.1.1 that a refusal of MQTT 5 asks for.
    boolean fallsBack() {
        return fallBack;
    }

    /// The version to fall back to, once after each decision to do so; `null` otherwise.
    @Nullable ProtocolVersion fallback() {
        if (!untold) {
            return null;
        }
        untold = false;
        return ProtocolVersion.V3_1_1;
    }
}
