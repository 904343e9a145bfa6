package dev.caddis.mqtt.identity;

/// A version of TLS that is spoken here.
public enum TlsVersion {
    /// RFC 5246.
    TLS_1_2,
    /// RFC 8446.
    TLS_1_3
}
