package dev.caddis.mqtt.transport;

import org.jspecify.annotations.Nullable;

import java.util.Locale;

/// A proxy on the way to the broker. It resolves the broker's name, and sees TLS, not what is in
/// it.
///
/// @param host a name or an address; IPv6 without its brackets
/// @param login `null`: without a user name
public record ProxyServer(Kind kind, String host, int port, @Nullable Login login) {

    /// How it is spoken to.
    public enum Kind {
        /// CONNECT of HTTP/1.1 (RFC 9110 section 9.3.6), with Basic authentication (RFC 7617).
        HTTP("http"),
        /// SOCKS version 5 (RFC 1928), with user name and password (RFC 1929).
        SOCKS5("socks5");

        private final String scheme;

        Kind(String scheme) {
            this.scheme = scheme;
        }
    }

    /// Who we are to the proxy; the password is read for each attempt.
    public interface Login {
        String user();

        /// @throws Exception when it cannot be had now
        String password() throws Exception;
    }

    private static final int PORT_HTTP = 3128;
    private static final int PORT_SOCKS = 1080;

    /// Reads `http://HOST[:3128]` or `socks5://HOST[:1080]`.
    ///
    /// @throws IllegalArgumentException with a sentence that says what to write instead
    public static ProxyServer parse(String url, @Nullable Login login) {
        if (url.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "the proxy URL holds a user name before an '@'; give user name and password on"
                            + " their own");
        }
        int separator = url.indexOf("://");
        String scheme = separator < 0 ? "" : url.substring(0, separator).toLowerCase(Locale.ROOT);
        Kind kind =
                switch (scheme) {
                    case "http" -> Kind.HTTP;
                    case "socks5", "socks5h" -> Kind.SOCKS5;
                    case "https" ->
                            throw new IllegalArgumentException(
                                    "proxy \"%s\": a proxy that is itself reached over TLS is not supported; write http://, the broker's TLS goes through it"
                                            .formatted(url));
                    case "socks", "socks4", "socks4a" ->
                            throw new IllegalArgumentException(
                                    "proxy \"%s\": version 5 of SOCKS is spoken here; write socks5://"
                                            .formatted(url));
                    default ->
                            throw new IllegalArgumentException(
                                    "proxy \"%s\" is not known; write http://HOST:PORT or socks5://HOST:PORT"
                                            .formatted(url));
                };
        String rest = url.substring(separator + "://".length());
        String authority = rest.endsWith("/") ? rest.substring(0, rest.length() - 1) : rest;
        try {
            int port = kind == Kind.HTTP ? PORT_HTTP : PORT_SOCKS;
            Endpoint named = Endpoint.parse("mqtt://" + withPort(authority, port));
            return new ProxyServer(kind, named.host(), named.port(), login);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "proxy \"%s\" names no host and port; write %s://HOST:PORT"
                            .formatted(url, kind.scheme),
                    e);
        }
    }

    private static String withPort(String authority, int port) {
        boolean named = authority.substring(authority.lastIndexOf(']') + 1).contains(":");
        return named ? authority : authority + ":" + port;
    }

    /// The URL, with its port and without its user.
    @Override
    public String toString() {
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        return kind.scheme + "://" + shown + ":" + port;
    }
}
