package dev.caddis.testkit.hostile;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

/// Bytes from a broker that the standard forbids.
///
/// @param what with the statement that forbids it
/// @param hex the bytes
/// @param reason what a client of MQTT 5 says when it closes; `null` where the packet has no end,
///   so that only the end of the stream shows that it will have none
/// @param oneOfMany one value of a row of up to 256: sockets take every sixteenth
record Malformed(
        String what,
        ProtocolVersion version,
        String hex,
        @Nullable ReasonCode reason,
        boolean oneOfMany) {

    @Override
    public String toString() {
        return what + " in MQTT " + version + ": " + hex;
    }
}
