package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

/// What a broker that does not want us says, in a sentence with what to do next.
final class Refusal {

    private static final int WORDS_MAX = 200;

    private Refusal() {}

    /// @param elsewhere what becomes of the server that it names; empty where it names none
    static String of(Connack connack, SessionSettings settings, String elsewhere) {
        return "the broker refused the connection: "
                + connack.reason()
                + said(connack.properties().reasonString())
                + ". "
                + (elsewhere.isEmpty() ? remedy(connack.reason(), settings) : elsewhere);
    }

    /// @param elsewhere as with CONNACK
    static String of(Disconnect disconnect, String elsewhere) {
        return "the broker ended the connection: "
                + disconnect.reason()
                + said(disconnect.reasonString())
                + (elsewhere.isEmpty() ? "" : ". " + elsewhere);
    }

    /// Whether it is another server's turn.
    static boolean isReferral(ReasonCode reason) {
        return reason == ReasonCode.USE_ANOTHER_SERVER || reason == ReasonCode.SERVER_MOVED;
    }

    /// Refusals that no short wait will mend.
    static boolean isLasting(ReasonCode reason) {
        return switch (reason) {
            case BAD_USER_NAME_OR_PASSWORD,
                    NOT_AUTHORIZED,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    BANNED,
                    BAD_AUTHENTICATION_METHOD,
                    TOPIC_NAME_INVALID,
                    QOS_NOT_SUPPORTED,
                    RETAIN_NOT_SUPPORTED,
                    PACKET_TOO_LARGE,
                    PAYLOAD_FORMAT_INVALID,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED ->
                    true;
            default -> false;
        };
    }

    private static String remedy(ReasonCode reason, SessionSettings settings) {
        return switch (reason) {
            case BAD_USER_NAME_OR_PASSWORD -> "Check user name and password";
            case NOT_AUTHORIZED ->
                    "Check what the broker allows this client id, user name and certificate";
            case CLIENT_IDENTIFIER_NOT_VALID -> "Choose a client id that the broker accepts";
            case SERVER_UNAVAILABLE, SERVER_BUSY, QUOTA_EXCEEDED, CONNECTION_RATE_EXCEEDED ->
                    "It is tried again later";
            case UNSUPPORTED_PROTOCOL_VERSION -> {
                if (settings.mqtt5().authenticationMethod() != null) {
                    yield "Enhanced authentication needs MQTT 5: choose a broker that speaks it, or"
                            + " another way to log in";
                }
                yield settings.version() == null
                        ? "It is tried again with another MQTT version"
                        : "Choose another MQTT version, or auto";
            }
            case QOS_NOT_SUPPORTED, RETAIN_NOT_SUPPORTED ->
                    "Lower the quality of service or retain of the will";
            case BAD_AUTHENTICATION_METHOD ->
                    "Choose an authentication method that the broker knows";
            default -> "Look into the broker's log for the cause";
        };
    }

    /// @param what becomes of that server
    static String named(@Nullable String serverReference, String what) {
        return "It names \"" + printable(String.valueOf(serverReference)) + "\" instead. " + what;
    }

    private static String said(@Nullable String text) {
        return text == null ? "" : " \"" + printable(text) + "\"";
    }

    /// The broker's own words for a log or a terminal: no control characters, not for ever.
    private static String printable(String text) {
        String line = text.length() > WORDS_MAX ? text.substring(0, WORDS_MAX) + "..." : text;
        return line.chars()
                .collect(
                        StringBuilder::new,
                        (out, c) -> out.append(Character.isISOControl(c) ? ' ' : (char) c),
                        StringBuilder::append)
                .toString();
    }
}
