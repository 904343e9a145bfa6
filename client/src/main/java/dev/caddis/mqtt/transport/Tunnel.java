package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Asks a proxy for a way to the broker. Afterwards the bytes are the broker's.
final class Tunnel {

    // RFC 1928 and 1929
    private static final int VERSION = 5;
    private static final int NO_LOGIN = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int NOTHING_TAKEN = 0xFF;
    private static final int LOGIN_VERSION = 1;
    private static final int CONNECT = 1;
    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;
    private static final int LOGIN_BYTES_MAX = 255;

    private static final int OK_MIN = 200;
    private static final int OK_MAX = 299;
    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401; // tinyproxy says so of a wrong password
    private static final int LOGIN_WANTED = 407;
    private static final int BAD_GATEWAY = 502;
    private static final int GATEWAY_TIMEOUT = 504;

    private final ProxyServer proxy;
    private final Endpoint endpoint;

    Tunnel(ProxyServer proxy, Endpoint endpoint) {
        this.proxy = proxy;
        this.endpoint = endpoint;
    }

    /// Returns once the proxy has connected us.
    void open(InputStream in, OutputStream out) throws DialException {
        try {
            switch (proxy.kind()) {
                case HTTP -> http(in, out);
                case SOCKS5 -> socks(in, out);
            }
        } catch (EOFException e) {
            throw refused("the proxy closed the connection; see its log", e);
        } catch (IOException e) {
            throw refused(
                    "talking to the proxy failed: %s; is it a proxy of that kind?"
                            .formatted(Text.printable(e.getMessage())),
                    e);
        }
    }

    private void http(InputStream in, OutputStream out) throws IOException, DialException {
        String target = endpoint.authority();
        var request = new StringBuilder();
        request.append("CONNECT ").append(target).append(" HTTP/1.1\r\n");
        request.append("Host: ").append(target).append("\r\n");
        ProxyServer.Login login = proxy.login();
        if (login != null) {
            byte[] pair = (login.user() + ":" + password(login)).getBytes(StandardCharsets.UTF_8);
            request.append("Proxy-Authorization: Basic ")
                    .append(Base64.getEncoder().encodeToString(pair))
                    .append("\r\n");
        }
        out.write(request.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        HttpHead answer = HttpHead.read(in);
        if (answer.status() >= OK_MIN && answer.status() <= OK_MAX) {
            return;
        }
        throw refused(
                switch (answer.status()) {
                    case LOGIN_WANTED, UNAUTHORIZED ->
                            login == null
                                    ? "the proxy wants a user name and password; give them"
                                    : "the proxy refused the user name or password (%s); correct them"
                                            .formatted(answer.line());
                    case FORBIDDEN ->
                            "the proxy does not allow it (%s); have its administrator allow %s"
                                    .formatted(answer.line(), target);
                    case BAD_GATEWAY, GATEWAY_TIMEOUT ->
                            "the proxy cannot reach the broker (%s); check host and port"
                                    .formatted(answer.line());
                    default -> "the proxy answered %s; see its log".formatted(answer.line());
                },
                null);
    }

    private void socks(InputStream in, OutputStream out) throws IOException, DialException {
        ProxyServer.Login login = proxy.login();
        out.write(
                login == null
                        ? new byte[] {VERSION, 1, NO_LOGIN}
                        : new byte[] {VERSION, 2, NO_LOGIN, USER_AND_PASSWORD});
        int version = octet(in);
        if (version != VERSION) {
            throw new IOException("it does not speak SOCKS 5");
        }
        switch (octet(in)) {
            case NO_LOGIN -> {}
            case USER_AND_PASSWORD -> {
                if (login == null) {
                    throw new IOException("it picked a login that was not offered");
                }
                logIn(login, in, out);
            }
            case NOTHING_TAKEN ->
                    throw refused(
                            login == null
                                    ? "the proxy wants a user name and password; give them"
                                    : "the proxy takes neither user name and password nor nobody;"
                                            + " see its log",
                            null);
            default -> throw new IOException("it picked a login that was not offered");
        }
        out.write(request());
        answer(in);
    }

    private void logIn(ProxyServer.Login login, InputStream in, OutputStream out)
            throws IOException, DialException {
        var bytes = new ByteArrayOutputStream();
        bytes.write(LOGIN_VERSION);
        for (String each : new String[] {login.user(), password(login)}) {
            byte[] text = each.getBytes(StandardCharsets.UTF_8);
            if (text.length == 0 || text.length > LOGIN_BYTES_MAX) {
                throw refused(
                        "SOCKS takes a user name and a password of 1 to 255 bytes; shorten them",
                        null);
            }
            bytes.write(text.length);
            bytes.writeBytes(text);
        }
        out.write(bytes.toByteArray());
        octet(in); // its version
        if (octet(in) != 0) {
            throw refused("the proxy refused the user name or password; correct them", null);
        }
    }

    /// The proxy is asked by name, so that this machine need not know the broker's address.
    private byte[] request() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {VERSION, CONNECT, 0});
        if (endpoint.hostIsName()) {
            byte[] name = endpoint.host().getBytes(StandardCharsets.US_ASCII);
            bytes.write(NAME);
            bytes.write(name.length);
            bytes.writeBytes(name);
        } else {
            byte[] address = InetAddress.getByName(endpoint.host()).getAddress();
            bytes.write(address.length == 4 ? IPV4 : IPV6);
            bytes.writeBytes(address);
        }
        bytes.write(endpoint.port() >>> 8);
        bytes.write(endpoint.port());
        return bytes.toByteArray();
    }

    private void answer(InputStream in) throws IOException, DialException {
        octet(in); // its version
        int reply = octet(in);
        octet(in); // reserved
        int rest =
                switch (octet(in)) {
                    case IPV4 -> 4;
                    case IPV6 -> 16;
                    case NAME -> octet(in);
                    default -> 0;
                };
        if (reply != 0) {
            throw refused(
                    switch (reply) {
                        case 2 -> "the proxy's rules do not allow it; have its administrator do so";
                        case 3 -> "the proxy says that the network cannot be reached; check it";
                        case 4 -> "the proxy says that the host cannot be reached; check its name";
                        case 5 ->
                                "the proxy says that nothing listens on port %d; check that the broker runs"
                                        .formatted(endpoint.port());
                        case 6 -> "the proxy says that it took too long; check the network";
                        default ->
                                "the proxy answered with SOCKS error %d; see its log"
                                        .formatted(reply);
                    },
                    null);
        }
        for (int i = 0; i < rest + 2; i++) { // the address it uses, and its port
            octet(in);
        }
    }

    private static int octet(InputStream in) throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("it ended within its SOCKS answer");
        }
        return octet;
    }

    private String password(ProxyServer.Login login) throws DialException {
        try {
            return login.password();
        } catch (Exception e) { // the application's code
            throw new DialException(
                    new ConnectionFailure(
                            Kind.IDENTITY,
                            "cannot connect to %s: the password for the proxy %s cannot be read: %s"
                                    .formatted(endpoint, proxy, Text.printable(e.getMessage()))),
                    e);
        }
    }

    private DialException refused(String reason, @Nullable Exception cause) {
        return new DialException(
                new ConnectionFailure(
                        Kind.PROXY_REFUSED,
                        "cannot connect to %s by the proxy %s: %s"
                                .formatted(endpoint, proxy, reason)),
                cause);
    }
}
