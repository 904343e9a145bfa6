package dev.caddis.mqtt.session;

import java.time.Duration;

/// How long each step may take before the connection is given up (F19). Every one is its own.
///
/// @param resolve finding the addresses of the host name
/// @param connect the TCP connection, for each address of the host anew
/// @param handshake the TLS handshake
/// @param connack from CONNECT to CONNACK
/// @param suback from SUBSCRIBE to SUBACK; then the filter is asked for again
/// @param unsuback from UNSUBSCRIBE to UNSUBACK; then it is asked for again
/// @param puback from a PUBLISH of QoS 1 or 2 that the network has taken to the end of its
///   exchange; then the connection is made anew, for the same message with twice the patience each
///   time
/// @param pingresp from PINGREQ to the next sign of life
/// @param write how long bytes may wait without any of them being taken by the network
/// @param disconnect from the wish to leave to a DISCONNECT that is written, "offline" and its
///   answer included
/// @param close from DISCONNECT to the end of the TCP connection
public record Deadlines(
        Duration resolve,
        Duration connect,
        Duration handshake,
        Duration connack,
        Duration suback,
        Duration unsuback,
        Duration puback,
        Duration pingresp,
        Duration write,
        Duration disconnect,
        Duration close) {

    /// @throws IllegalArgumentException when one is negative or longer than ten years
    public Deadlines {
        Durations.require("the deadline to resolve", resolve);
        Durations.require("the deadline to connect", connect);
        Durations.require("the deadline of the handshake", handshake);
        Durations.require("the deadline of CONNACK", connack);
        Durations.require("the deadline of SUBACK", suback);
        Durations.require("the deadline of UNSUBACK", unsuback);
        Durations.require("the deadline of PUBACK", puback);
        Durations.require("the deadline of PINGRESP", pingresp);
        Durations.require("the deadline of a write", write);
        Durations.require("the deadline of DISCONNECT", disconnect);
        Durations.require("the deadline to close", close);
    }

    /// 5 s to resolve, 60 s for PUBACK, 10 s for each other answer, 30 s for a write, 5 s to
    /// disconnect, 2 s to close.
    public static final Deadlines DEFAULT =
            new Deadlines(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(2));
}
