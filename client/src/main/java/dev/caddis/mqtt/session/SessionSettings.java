package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// Everything a session is told before it starts; the same CONNECT follows from it at every attempt
/// (F05).
///
/// @param brokers where the session may live
/// @param version `null`: MQTT 5 first, 3.1.1 where that is refused
/// @param clientId empty: the broker assigns one, which is kept as long as the session is
/// @param will `null`: none
/// @param birth state message sent on every connect before anything else; `null`: none
/// @param offline state message sent before a clean DISCONNECT; `null`: none
/// @param keepAlive 0 to 65,535 s; 0 switches it off
/// @param sessionExpiry how long the broker keeps the session without us; zero: it ends with each
///   connection
/// @param endSessionOnClose whether a clean close also ends the session at the broker, since nobody
///   will resume it
/// @param receiveMaximum QoS 1 and 2 messages the broker may have in flight to us, 1 to 65,535
/// @param maximumPacketSize bytes of the largest packet we take
/// @param maxInFlight exchanges of ours open on one connection at most, 1 to 65,000
/// @param openAhead exchanges opened at most before the quota has room for them, so that the disk
///   makes them durable while others are on the way; 0: none, as suits a store in memory
/// @param resendWhenSessionLost whether a QoS 2 message that had its PUBREC is published again
///   where the broker lost the session: then it may arrive twice, else it may be lost
/// @param handlerDeadline how long a handler may take
/// @param stableAfter a connection that lasted this long resets the backoff
public record SessionSettings(
        BrokerGroup brokers,
        @Nullable ProtocolVersion version,
        String clientId,
        @Nullable Will will,
        @Nullable Publish birth,
        @Nullable Publish offline,
        Duration keepAlive,
        Duration sessionExpiry,
        boolean endSessionOnClose,
        int receiveMaximum,
        int maximumPacketSize,
        int maxInFlight,
        int openAhead,
        boolean resendWhenSessionLost,
        HandlerDeadline handlerDeadline,
        Mqtt5Options mqtt5,
        BackoffSettings reconnect,
        Duration stableAfter,
        BackoffSettings subscribeRetry,
        OutboxBounds outbox,
        Deadlines deadlines) {

    /// What CONNECT says without one (3.1.2.11.3).
    static final int RECEIVE_MAXIMUM_MAX = 65_535;

    /// @throws IllegalArgumentException when a value is outside its bounds
    public SessionSettings {
        if (clientId.isEmpty() && version == ProtocolVersion.V3_1_1 && !sessionExpiry.isZero()) {
            throw new IllegalArgumentException( // [MQTT-3.1.3-7]
                    "client id is empty; in MQTT 3.1.1 a session that is resumed is known by its"
                            + " client id, so give one");
        }
        require("keep alive in seconds", keepAlive.toSeconds(), 0, 65_535);
        require("receive maximum", receiveMaximum, 1, RECEIVE_MAXIMUM_MAX);
        require("maximum packet size", maximumPacketSize, 64, 268_435_460);
        require("max in flight", maxInFlight, 1, 65_000);
        require("open ahead", openAhead, 0, 65_000);
        if (sessionExpiry.isNegative()) {
            throw new IllegalArgumentException(
                    "session expiry is " + sessionExpiry + "; it cannot be negative");
        }
        requireWholeSeconds("keep alive", keepAlive);
        requireWholeSeconds("session expiry", sessionExpiry);
        Durations.require("stable after", stableAfter);
    }

    /// MQTT counts these in seconds; half of one must not silently become none.
    private static void requireWholeSeconds(String what, Duration duration) {
        if (!duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
            throw new IllegalArgumentException(
                    what + " is " + duration.toMillis() + " ms; MQTT carries whole seconds");
        }
    }

    static void require(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    what + " is " + value + "; it must be " + least + " to " + most);
        }
    }

    /// Session Expiry Interval as CONNECT carries it; 4,294,967,295 is "never".
    long sessionExpirySeconds() {
        return Math.min(sessionExpiry.toSeconds(), 0xFFFF_FFFFL);
    }

    /// Whether connections resume one session, rather than each having its own.
    boolean resumes() {
        return sessionExpirySeconds() > 0;
    }
}
