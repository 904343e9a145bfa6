package dev.caddis.mqtt.event;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;

/// Why a connection could not be made, or ended.
///
/// @param sentence what happened, where, why and what to do next; holds no secret
public record ConnectionFailure(Kind kind, String sentence) implements Serializable {

    public ConnectionFailure {
        requireNonNull(kind, "kind");
        requireNonNull(sentence, "sentence");
    }

    /// What kind of failure, for a program; [#sentence] is for a person.
    public enum Kind {
        /// The host name has no address.
        UNKNOWN_HOST,
        /// Nothing listens on the port.
        REFUSED,
        /// The proxy on the way did not connect us.
        PROXY_REFUSED,
        /// The server does not speak MQTT over WebSocket there.
        WEBSOCKET_REFUSED,
        /// No route to the host.
        UNREACHABLE,
        /// A deadline passed; the sentence names which.
        TIMED_OUT,
        /// We gave the attempt or the connection up ourselves.
        ABORTED,
        /// We ended it in order, to go on at once with a certificate that has changed.
        MOVED,
        /// Our own certificate, key or CA file cannot be used.
        IDENTITY,
        /// The server's certificate comes from a CA that we do not trust.
        SERVER_UNTRUSTED,
        /// The server's certificate is for another host name.
        SERVER_NAME_MISMATCH,
        /// The server's certificate, or one above it, has expired.
        SERVER_EXPIRED,
        /// The server's certificate, or one above it, is not valid yet: often our clock is wrong.
        SERVER_NOT_YET_VALID,
        /// The server's certificate chain has none of the public keys that are pinned.
        SERVER_NOT_PINNED,
        /// The server's certificate is revoked, or its CRL cannot tell.
        SERVER_REVOKED,
        /// No TLS version in common: 1.2 and 1.3 are spoken here, or 1.3 alone where that is
        /// wanted.
        TLS_VERSION,
        /// The port does not speak TLS.
        NOT_TLS,
        /// Another TLS alert of the server.
        TLS_ALERT,
        /// The broker asks for a client certificate and none is configured.
        CLIENT_CERTIFICATE_MISSING,
        /// The broker refused our certificate.
        CLIENT_CERTIFICATE_REFUSED,
        /// Any other failure of TLS.
        TLS_OTHER,
        /// The connection was reset.
        RESET,
        /// Reading or writing failed in another way.
        BROKEN,
        /// The other side closed the connection in an orderly way.
        CLOSED,
        /// The broker answered CONNECT with a refusal.
        CONNECT_REFUSED,
        /// The broker sent DISCONNECT.
        SERVER_DISCONNECT,
        /// The other side broke the protocol.
        PROTOCOL_ERROR,
        /// The broker did not answer PINGREQ.
        KEEP_ALIVE,
        /// More arrived than the bounds for incoming messages allow.
        INCOMING_OVERFLOW,
        /// A message of ours got no answer for too long.
        UNANSWERED,
        /// A handler took too long, and the policy is to have the message delivered again.
        HANDLER_LATE,
        /// The broker says that another client uses our client identifier.
        SESSION_TAKEN_OVER,
        /// Enhanced authentication failed on our side.
        AUTHENTICATION
    }
}
