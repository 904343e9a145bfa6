package dev.caddis.mqtt.identity;

/// What is asked of the OCSP response that a server sends along with its certificate (RFC 6066
/// section 8, RFC 8446 section 4.4.2.1). Nobody else is asked: a device need not reach the
/// responder.
public enum OcspStapling {
    /// One that is sent must say that the certificate is good; a server that sends none is as good.
    SOFT,
    /// One must be sent, and say that the certificate is good.
    HARD
}
