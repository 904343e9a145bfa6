package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.transport.ProxyServer.Login;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// What is said to a proxy, octet by octet; real proxies are in the system tests.
class TunnelTest {

    private static final Endpoint NAMED = Endpoint.parse("mqtts://broker.example.com:8883");
    private static final Login LOGIN = login("pump", "s3cret:");

    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    private static Login login(String user, String password) {
        return new Login() {
            @Override
            public String user() {
                return user;
            }

            @Override
            public String password() {
                return password;
            }
        };
    }

    private InputStream open(String proxy, @Nullable Login login, Endpoint endpoint, byte[] answer)
            throws DialException {
        InputStream in = new ByteArrayInputStream(answer);
        new Tunnel(ProxyServer.parse(proxy, login), endpoint).open(in, sent);
        return in;
    }

    private InputStream http(@Nullable Login login, String answer) throws DialException {
        byte[] bytes = answer.replace("|", "\r\n").getBytes(StandardCharsets.US_ASCII);
        return open("http://proxy", login, NAMED, bytes);
    }

    private InputStream socks(@Nullable Login login, Endpoint endpoint, String answer)
            throws DialException {
        byte[] bytes = HexFormat.of().parseHex(answer.replace(" ", ""));
        return open("socks5://proxy", login, endpoint, bytes);
    }

    @Test
    void an_HTTP_proxy_is_asked_to_connect_and_what_follows_is_the_brokers()
            throws DialException, IOException {
        InputStream rest = http(LOGIN, "HTTP/1.0 200 Connection established|Via: x||\u0016rest");
        assertThat(sent.toString(StandardCharsets.US_ASCII))
                .isEqualTo(
                        """
                        CONNECT broker.example.com:8883 HTTP/1.1\r
                        Host: broker.example.com:8883\r
                        Proxy-Authorization: Basic cHVtcDpzM2NyZXQ6\r
                        \r
                        """);
        assertThat(rest.readAllBytes()).isEqualTo("\u0016rest".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "HTTP/1.1 407 Login||; false; wants a user name and password; give them",
                "HTTP/1.1 407 Login||; true; refused the user name or password (407 Login)",
                "HTTP/1.1 401 No||; true; refused the user name or password (401 No); correct them",
                "HTTP/1.1 403 Forbidden||; true; does not allow it (403 Forbidden); have its",
                "HTTP/1.1 502 Bad||; true; cannot reach the broker (502 Bad); check host and port",
                "HTTP/1.1 418 Teapot||; true; the proxy answered 418 Teapot; see its log",
                "HTTP/1.1 200; true; the proxy closed the connection",
                "SSH-2.0-OpenSSH|; true; it does not speak HTTP",
            })
    void an_HTTP_proxy_that_does_not_connect_is_told_with_the_remedy(
            String answer, boolean withLogin, String sentence) {
        DialException refused =
                assertThrows(
                        DialException.class, () -> http(withLogin ? LOGIN : null, answer.strip()));
        assertThat(refused.failure().kind()).isEqualTo(Kind.PROXY_REFUSED);
        assertThat(refused.failure().sentence())
                .startsWith(
                        "cannot connect to mqtts://broker.example.com:8883 by the proxy"
                                + " http://proxy:3128: ")
                .contains(sentence)
                .doesNotContain("s3cret");
    }

    @Test
    void a_SOCKS_proxy_is_given_the_name_and_finds_the_address() throws Exception {
        InputStream rest = socks(LOGIN, NAMED, "0502 0100 05000003 03616263 1f90 16");
        String name =
                HexFormat.of().formatHex("broker.example.com".getBytes(StandardCharsets.US_ASCII));
        assertThat(HexFormat.of().formatHex(sent.toByteArray()))
                .isEqualTo(
                        "05020002"
                                + "0104"
                                + "70756d70"
                                + "07"
                                + "7333637265743a"
                                + "0501000312"
                                + name
                                + "22b3");
        assertThat(rest.read()).isEqualTo(0x16);
    }

    @ParameterizedTest
    @CsvSource({
        "mqtts://10.0.0.7:1883, 050100 05010001 0a000007 075b",
        "mqtts://[::1]:1883, 050100 05010004 00000000000000000000000000000001 075b",
    })
    void an_address_goes_to_a_SOCKS_proxy_as_it_is(String url, String request) throws Exception {
        socks(null, Endpoint.parse(url), "0500 05000001 00000000 0000");
        assertThat(HexFormat.of().formatHex(sent.toByteArray()))
                .isEqualTo(request.replace(" ", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "05ff, false, wants a user name and password; give them",
        "05ff, true, takes neither user name and password nor nobody",
        "0502 0101, true, refused the user name or password; correct them",
        "0502, false, picked a login that was not offered",
        "0500 05020001 00000000 0000, true, rules do not allow it",
        "0500 05030001 00000000 0000, true, the network cannot be reached",
        "0500 05040001 00000000 0000, true, the host cannot be reached",
        "0500 05050001 00000000 0000, true, nothing listens on port 8883",
        "0500 05060001 00000000 0000, true, it took too long",
        "0500 05630001 00000000 0000, true, SOCKS error 99",
        "0500 05, true, the proxy closed the connection",
        "48, true, it does not speak SOCKS 5",
    })
    void a_SOCKS_proxy_that_does_not_connect_is_told_with_the_remedy(
            String answer, boolean withLogin, String sentence) {
        DialException refused =
                assertThrows(
                        DialException.class, () -> socks(withLogin ? LOGIN : null, NAMED, answer));
        assertThat(refused.failure().kind()).isEqualTo(Kind.PROXY_REFUSED);
        assertThat(refused.failure().sentence())
                .contains(" by the proxy socks5://proxy:1080: ")
                .contains(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://proxy.example.com | http://proxy.example.com:3128",
                "http://proxy:8080/ | http://proxy:8080",
                "SOCKS5://proxy | socks5://proxy:1080",
                "socks5h://[::1]:9 | socks5://[::1]:9",
            })
    void a_proxy_URL_is_read(String url, String whole) {
        assertThat(ProxyServer.parse(url, null)).hasToString(whole);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://user:pw@proxy | give user name and password on their own",
                "https://proxy | write http://",
                "socks4://proxy | write socks5://",
                "proxy:3128 | write http://HOST:PORT or socks5://HOST:PORT",
                "http://proxy/path | names no host and port",
                "http:// | names no host and port",
            })
    void what_is_no_proxy_URL_is_refused(String url, String sentence) {
        assertThat(assertThrows(IllegalArgumentException.class, () -> ProxyServer.parse(url, null)))
                .hasMessageContaining(sentence)
                .hasMessageNotContaining("pw@");
    }
}
