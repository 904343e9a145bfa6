package dev.caddis.agent.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Reads `mqtts://HOST[:PORT]` or `mqtt://HOST[:PORT]`, `wss://HOST[:PORT][/PATH]` or
/// `ws://HOST[:PORT][/PATH]`. A URL with a password in it is never quoted.
final class BrokerUrl implements Parser<String> {

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
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        if (scheme.startsWith("ws")) {
            if (uri.getRawFragment() != null) {
                throw Refused.value(
                        "has a #, which goes to no server", "remove what begins with #");
            }
            String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
            return scheme + "://" + uri.getRawAuthority() + path(uri) + query;
        }
        boolean more = uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (more || !(uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))) {
            throw Refused.value("goes on behind the port", EXAMPLE);
        }
        return scheme + "://" + uri.getRawAuthority();
    }

    /// As the user wrote it; where there is none, nearly all brokers have this one.
    private static String path(URI uri) {
        return uri.getRawPath().isEmpty() ? "/mqtt" : uri.getRawPath();
    }

    /// Whether `url`, which was read, asks for TLS.
    static boolean isEncrypted(String url) {
        return url.startsWith("mqtts://") || url.startsWith("wss://");
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
            case "mqtts", "mqtt", "wss", "ws" -> {}
            case "ssl", "tls", "tcps" ->
                    throw Refused.value("has an unknown scheme", "write mqtts://");
            case "tcp" ->
                    throw Refused.value(
                            "has an unknown scheme", "write mqtts://, or mqtt:// without TLS");
            default -> throw Refused.value("has an unknown scheme", EXAMPLE);
        }
    }
}
