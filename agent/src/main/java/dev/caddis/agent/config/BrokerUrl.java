package dev.caddis.agent.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Reads `mqtts://HOST[:PORT]` or `mqtt://HOST[:PORT]`. A URL with a password in it is never
/// quoted.
final class BrokerUrl implements Parser<String> {

    static final String TLS = "mqtts://";
    static final String PLAIN = "mqtt://";

    private static final int PORT_MAX = 65_535;
    private static final String EXAMPLE = "write mqtts://HOST or mqtts://HOST:PORT";

    @Override
    public String parse(String text) throws Refused {
        if (text.indexOf('@') >= 0) {
            throw Refused.plainly(
                    "a user name or password stands in the URL",
                    "write username: and password: beside url:, the password as \"${file:PATH}\"");
        }
        URI uri = uri(text);
        requireScheme(uri);
        if (uri.getHost() == null) {
            throw Refused.value("names no valid host and port", EXAMPLE);
        }
        if (uri.getPort() == 0 || uri.getPort() > PORT_MAX) {
            throw Refused.value(
                    "has a port that does not exist", "write a port from 1 to " + PORT_MAX);
        }
        boolean more = uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (more || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
            throw Refused.value("goes on behind the port", EXAMPLE);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        return scheme + "://" + uri.getRawAuthority();
    }

    private static URI uri(String text) throws Refused {
        try {
            URI uri = new URI(text);
            if (!text.contains("://") || uri.getScheme() == null) {
                throw Refused.value("is not a URL", EXAMPLE);
            }
            return uri;
        } catch (URISyntaxException notAUrl) {
            throw Refused.value("is not a URL", EXAMPLE);
        }
    }

    private static void requireScheme(URI uri) throws Refused {
        switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "mqtts", "mqtt" -> {}
            case "ws", "wss" ->
                    throw Refused.value(
                            "is WebSocket, which is not supported yet in this version",
                            "write mqtts:// with the broker's MQTT port, usually 8883");
            case "ssl", "tls", "tcps" ->
                    throw Refused.value("has an unknown scheme", "write mqtts://");
            case "tcp" ->
                    throw Refused.value(
                            "has an unknown scheme", "write mqtts://, or mqtt:// without TLS");
            default -> throw Refused.value("has an unknown scheme", EXAMPLE);
        }
    }
}
