package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import java.io.EOFException;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the cause out of what the JDK throws; for most causes it has no type, only a text.
final class IoReason {

    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    private IoReason() {}

    /// The name of the TLS alert that the other side sent (RFC 8446 section 6): "bad_certificate".
    static Optional<String> alert(IOException e) {
        return causes(e)
                .map(t -> ALERT.matcher(String.valueOf(t.getMessage())))
                .filter(Matcher::find)
                .map(m -> m.group(1).toLowerCase(Locale.ROOT))
                .findFirst();
    }

    /// REFUSED, UNREACHABLE, TIMED_OUT, RESET, CLOSED; BROKEN when it is none of them.
    static Kind kind(IOException e) {
        return causes(e)
                .map(IoReason::kindOf)
                .filter(k -> k != Kind.BROKEN)
                .findFirst()
                .orElse(Kind.BROKEN);
    }

    /// Whether any text of `e` or its causes contains `part`.
    static boolean says(IOException e, String part) {
        return causes(e).anyMatch(t -> String.valueOf(t.getMessage()).contains(part));
    }

    private static Kind kindOf(Throwable t) {
        String text = String.valueOf(t.getMessage()).toLowerCase(Locale.ROOT);
        return switch (t) {
            case NoRouteToHostException e -> Kind.UNREACHABLE;
            case SocketTimeoutException e -> Kind.TIMED_OUT;
            case SocketException e when text.contains("refused") -> Kind.REFUSED;
            case SocketException e when text.contains("unreachable") -> Kind.UNREACHABLE;
            case SocketException e when text.contains("timed out") -> Kind.TIMED_OUT;
            case SocketException e when text.contains("reset") || text.contains("broken pipe") ->
                    Kind.RESET;
            case IOException e when text.equals("broken pipe") -> Kind.RESET;
            case EOFException e -> Kind.CLOSED;
            default -> Kind.BROKEN;
        };
    }

    private static Stream<Throwable> causes(IOException e) {
        return Stream.iterate((Throwable) e, t -> t != null, Throwable::getCause);
    }
}
