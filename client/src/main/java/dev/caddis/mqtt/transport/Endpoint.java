package dev.caddis.mqtt.transport;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// Where a broker listens: `mqtts://HOST[:8883]` with TLS, `mqtt://HOST[:1883]` without;
/// `wss://HOST[:443]/PATH` and `ws://HOST[:80]/PATH` in a WebSocket.
///
/// @param host a name or an address; IPv6 without its brackets
/// @param path of the WebSocket, with its query; null: MQTT over TCP
/// @param protocols what TLS offers (ALPN, RFC 7301), preferred first; empty: nothing; null: what
///   the endpoint is known to need, which is nothing for most
public record Endpoint(
        boolean tls,
        String host,
        int port,
        @Nullable String path,
        @Nullable List<String> protocols) {

    private static final int PORT_TLS = 8883;
    private static final int PORT_PLAIN = 1883;
    private static final int PORT_WEBSOCKET = 80;
    private static final String PATH_USUAL = "/mqtt"; // as nearly all brokers have it
    private static final Pattern PATH = Pattern.compile("/[!-~&&[^#\"<>\\\\^`{|}]]*"); // RFC 3986
    private static final int PORT_MAX = 65_535;
    private static final int PORT_HTTPS = 443;
    private static final String AWS = ".amazonaws.com";
    private static final String AWS_WITH_CERTIFICATE = "x-amzn-mqtt-ca";
    private static final String AWS_WITHOUT = "mqtt";
    private static final Pattern PROTOCOL = Pattern.compile("[!-~]{1,255}"); // RFC 7301: 1 to 255
    private static final int PROTOCOLS_MAX = 64;

    /// RFC 1035, and the underscore that names in use have.
    private static final Pattern NAME =
            Pattern.compile(
                    "(?=.{1,253}$)(?!-)[A-Za-z0-9_-]{1,63}(?<!-)(\\.(?!-)[A-Za-z0-9_-]{1,63}(?<!-))*");

    private static final Pattern IPV4 = Pattern.compile("[0-9]+(\\.[0-9]+){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%\\w+)?");

    /// Offers what the endpoint is known to need.
    public Endpoint(boolean tls, String host, int port) {
        this(tls, host, port, null, null);
    }

    /// @throws IllegalArgumentException when host, port or a protocol cannot be one, or protocols
    ///   are given without TLS
    public Endpoint {
        if (!NAME.matcher(host).matches() && !IPV6.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    ("\"%s\" is not a host name; write letters, digits, '-' and '.', without a "
                                    + "dot at the end%s")
                            .formatted(host, ", names of other alphabets in their \"xn--\" form"));
        }
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "port %d of broker %s is not a port; write 1 to 65535".formatted(port, host));
        }
        if (path != null && !PATH.matcher(path).matches()) {
            throw new IllegalArgumentException(
                    "\"%s\" is not a path; begin it with '/', and write what a URL does not take as %%XX"
                            .formatted(Text.printable(path)));
        }
        if (protocols != null) {
            protocols = List.copyOf(protocols);
            requireProtocols(tls, host, protocols);
        }
    }

    private static void requireProtocols(boolean tls, String host, List<String> protocols) {
        if (!tls && !protocols.isEmpty()) {
            throw new IllegalArgumentException(
                    "ALPN %s is given and broker %s is not encrypted; write mqtts:// or leave it out"
                            .formatted(String.join(", ", protocols), host));
        }
        if (protocols.size() > PROTOCOLS_MAX) {
            throw new IllegalArgumentException(
                    "%d protocols are given for ALPN; give %d at most"
                            .formatted(protocols.size(), PROTOCOLS_MAX));
        }
        for (String protocol : protocols) {
            if (!PROTOCOL.matcher(protocol).matches()) {
                throw new IllegalArgumentException(
                        "ALPN \"%s\" is not a protocol name; write 1 to 255 printable ASCII characters"
                                .formatted(Text.printable(protocol)));
            }
        }
    }

    /// The same endpoint, which offers `names` in place of what it is known to need.
    ///
    /// @throws IllegalArgumentException as the constructor
    public Endpoint offering(List<String> names) {
        return new Endpoint(tls, host, port, path, names);
    }

    /// Another server, reached in the same way.
    public Endpoint at(String host, int port) {
        return new Endpoint(tls, host, port, path, protocols);
    }

    /// What the TLS handshake offers, preferred first; empty: no ALPN.
    ///
    /// AWS IoT listens for MQTT on its HTTPS port too, and tells the two apart by this alone.
    ///
    /// @param clientCertificate whether we have one; without, a custom authorizer is meant
    List<String> offered(boolean clientCertificate) {
        if (protocols != null) {
            return protocols;
        }
        if (!tls
                || path != null
                || port != PORT_HTTPS
                || !host.toLowerCase(Locale.ROOT).endsWith(AWS)) {
            return List.of();
        }
        return List.of(clientCertificate ? AWS_WITH_CERTIFICATE : AWS_WITHOUT);
    }

    /// Reads a broker URL.
    ///
    /// @throws IllegalArgumentException with a sentence that says what to write instead; a password
    ///   that stands in `url` is not in it
    public static Endpoint parse(String url) {
        if (url.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "the broker URL holds a user name before an '@'; give user name and password on"
                            + " their own");
        }
        int separator = url.indexOf("://");
        if (separator < 0) {
            throw new IllegalArgumentException(
                    "broker \"%s\" has no scheme; write mqtts://HOST:PORT (TLS) or mqtt://HOST:PORT"
                            .formatted(url));
        }
        String scheme = url.substring(0, separator).toLowerCase(Locale.ROOT);
        boolean tls = tls(scheme, url);
        boolean webSocket = scheme.startsWith("ws");
        String authority = url.substring(separator + "://".length());
        String path = null;
        if (webSocket) {
            int slash = authority.indexOf('/');
            path = slash < 0 ? PATH_USUAL : authority.substring(slash);
            authority = slash < 0 ? authority : authority.substring(0, slash);
        }
        for (String tail : new String[] {"/", "?", "#"}) {
            if (authority.contains(tail)) {
                throw new IllegalArgumentException(
                        ("broker \"%s\" goes on after host and port; leave out everything from "
                                        + "\"%s\"")
                                .formatted(url, tail));
            }
        }
        int colon = endOfHost(authority, url);
        String host = authority.substring(0, colon);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        if (host.isEmpty()) {
            throw new IllegalArgumentException("broker \"%s\" names no host".formatted(url));
        }
        int port =
                colon < authority.length()
                        ? port(authority.substring(colon + 1), url)
                        : usualPort(tls, webSocket);
        return new Endpoint(tls, host, port, path, null);
    }

    private static int usualPort(boolean tls, boolean webSocket) {
        if (webSocket) {
            return tls ? PORT_HTTPS : PORT_WEBSOCKET;
        }
        return tls ? PORT_TLS : PORT_PLAIN;
    }

    private static boolean tls(String scheme, String url) {
        return switch (scheme) {
            case "mqtts", "wss" -> true;
            case "mqtt", "ws" -> false;
            case "ssl", "tls", "tcps" ->
                    throw new IllegalArgumentException(
                            "broker \"%s\": write mqtts:// instead of %s://"
                                    .formatted(url, scheme));
            case "tcp" ->
                    throw new IllegalArgumentException(
                            "broker \"%s\": write mqtt:// (or mqtts:// for TLS) instead of tcp://"
                                    .formatted(url));
            default ->
                    throw new IllegalArgumentException(
                            "broker \"%s\": %s:// is not known; write mqtts:// (TLS) or mqtt://"
                                    .formatted(url, scheme));
        };
    }

    /// Where the host ends in `authority`: at its colon, or at the end.
    private static int endOfHost(String authority, String url) {
        if (authority.startsWith("[")) {
            int bracket = authority.indexOf(']');
            boolean address =
                    bracket > 0 && IPV6.matcher(authority.substring(1, bracket)).matches();
            boolean end =
                    bracket == authority.length() - 1 || authority.startsWith(":", bracket + 1);
            if (!address || !end) {
                throw new IllegalArgumentException(
                        "broker \"%s\": write an IPv6 address as [ADDRESS]:PORT".formatted(url));
            }
            return bracket + 1;
        }
        int colon = authority.indexOf(':');
        if (colon >= 0 && colon != authority.lastIndexOf(':')) {
            throw new IllegalArgumentException(
                    ("broker \"%s\" has more than one port; an IPv6 address stands in brackets: "
                                    + "[ADDRESS]:PORT")
                            .formatted(url));
        }
        return colon < 0 ? authority.length() : colon;
    }

    private static int port(String digits, String url) {
        if (digits.isEmpty()
                || digits.length() > 5
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(
                    "broker \"%s\": \"%s\" is not a port; write 1 to 65535".formatted(url, digits));
        }
        return Integer.parseInt(digits);
    }

    /// Whether `host` is a name that DNS knows, not an address.
    boolean hostIsName() {
        return host.indexOf(':') < 0 && !IPV4.matcher(host).matches();
    }

    /// "broker.example.com:8883", "[::1]:8883"
    String authority() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /// The URL, with its port.
    @Override
    public String toString() {
        String scheme = path == null ? "mqtt" : "ws";
        return scheme + (tls ? "s://" : "://") + authority() + (path == null ? "" : path);
    }
}
