package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/// Section `proxy` of a broker.
final class ProxyReader {

    private static final int PORT_MAX = 65_535;
    private static final String EXAMPLE = "write http://HOST:PORT or socks5://HOST:PORT";

    private ProxyReader() {}

    /// The proxy of `broker`; `null` when there is none, or a wrong one, which was reported.
    static @Nullable Proxy read(Section broker) {
        Section proxy = broker.section("proxy", Keys.PROXY);
        if (proxy == null) {
            return null;
        }
        Value written = proxy.required("url", EXAMPLE);
        String url = written == null ? null : written.read(ProxyReader::url);
        String username = proxy.readOrNull("username", Parsers.text());
        Value passwordValue = proxy.value("password");
        Secret password = passwordValue == null ? null : Passwords.read(passwordValue);
        if (proxy.has("username") != proxy.has("password")) {
            proxy.wrong(
                    proxy.has("username") ? "username" : "password",
                    proxy.has("username")
                            ? "stands without a password"
                            : "stands without a username",
                    "write both, or neither");
            return null;
        }
        return url == null ? null : new Proxy(url, username, password);
    }

    private static String url(String text) throws Refused {
        if (text.indexOf('@') >= 0) {
            throw Refused.plainly(
                    "a user name or password stands in the URL",
                    "write username: and password: beside url:, the password as \"${file:PATH}\"");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException notAUrl) {
            throw Refused.value("is not a URL", EXAMPLE);
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        switch (scheme) {
            case "http", "socks5", "socks5h" -> {}
            case "https" ->
                    throw Refused.value(
                            "is a proxy reached over TLS, which is not supported",
                            "write http://; the broker's TLS goes through it");
            case "socks", "socks4", "socks4a" ->
                    throw Refused.value("has an unknown scheme", "write socks5://");
            default -> throw Refused.value("has an unknown scheme", EXAMPLE);
        }
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean more = uri.getRawQuery() != null || uri.getRawFragment() != null;
        if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > PORT_MAX) {
            throw Refused.value("names no valid host and port", EXAMPLE);
        }
        if (more || !(path.isEmpty() || path.equals("/"))) {
            throw Refused.value("goes on behind the port", EXAMPLE);
        }
        return scheme + "://" + uri.getRawAuthority();
    }
}
