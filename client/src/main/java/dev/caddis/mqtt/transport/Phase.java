package dev.caddis.mqtt.transport;

/// What an attempt is doing; each has a deadline of its own, kept by the caller.
public enum Phase {
    /// Asking for the addresses of the host name.
    RESOLVING,
    /// Opening the TCP connection, one address after the other.
    CONNECTING,
    /// TLS: who is the server, who are we.
    HANDSHAKING
}
