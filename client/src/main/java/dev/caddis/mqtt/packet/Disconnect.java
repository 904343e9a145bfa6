package dev.caddis.mqtt.packet;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Ends a connection with a reason (3.14). In 3.1.1 only the client sends it, and without a reason.
///
/// @param sessionExpirySeconds replaces the interval of CONNECT; `null` leaves it
/// @param serverReference another broker to use, with [ReasonCode#USE_ANOTHER_SERVER] or
///   [ReasonCode#SERVER_MOVED]
public record Disconnect(
        ReasonCode reason,
        @Nullable Long sessionExpirySeconds,
        @Nullable String reasonString,
        List<UserProperty> userProperties,
        @Nullable String serverReference)
        implements Packet {

    public Disconnect {
        userProperties = List.copyOf(userProperties);
    }

    public Disconnect(ReasonCode reason) {
        this(reason, null, null, List.of(), null);
    }
}
