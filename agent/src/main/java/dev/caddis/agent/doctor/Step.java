package dev.caddis.agent.doctor;

import java.util.Locale;

/// What is looked at, in this order.
public enum Step {
    /// The file, and every file it names.
    CONFIGURATION,
    /// Is the time of this machine plausible?
    CLOCK,
    /// The address of the broker, or of the proxy.
    DNS,
    /// The port; with a proxy, its answer.
    TCP,
    /// Whom does the server show, and is it trusted?
    SERVER_CERTIFICATE,
    /// What we show.
    OWN_CERTIFICATE,
    /// The handshake, and what the broker says of our certificate.
    TLS,
    /// Only for `wss` and `ws`.
    WEBSOCKET,
    /// MQTT's own hello, and the limits that the broker announces.
    CONNECT,
    /// May each filter be subscribed to?
    SUBSCRIBE,
    /// May each topic be published to?
    PUBLISH,
    /// Does a message come back?
    ROUND_TRIP,
    /// Where there are several: does each of the others take us?
    OTHER_BROKERS,
    /// The session folder.
    JOURNAL,
    /// What the topics are made of.
    DATA_PATHS;

    /// `server certificate`
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
