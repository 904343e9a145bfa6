package dev.caddis.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.identity.BenchPki;
import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;
import dev.caddis.agent.source.FakeClock;
import dev.caddis.agent.status.StatusSettings.Access;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The status page beyond loopback: TLS and a token.
class StatusAccessTest {

    private static final String TOKEN = "0123456789abcdefghij";

    private final Path pki;
    private final Path token;
    private StatusServer server;
    private HttpClient browser;

    StatusAccessTest(@TempDir Path folder) throws Exception {
        pki = folder.resolve("pki");
        token = Files.writeString(folder.resolve("token"), TOKEN);
        BenchPki.init(pki, "Plant CA", Duration.ofDays(1), Instant.now());
        server = start(issue("page", KeyKind.EC_P256));
        browser = browser();
    }

    /// One that trusts the plant's CA; it keeps its connections, as browsers do.
    private HttpClient browser() throws IdentityException {
        return HttpClient.newBuilder()
                .sslContext(
                        ClientIdentity.pem(pki.resolve("ca.pem"), null, null).load().sslContext())
                .build();
    }

    @AfterEach
    void stop() {
        server.close();
        browser.close();
    }

    private Access issue(String stem, KeyKind kind) throws IOException {
        BenchPki.open(pki)
                .issue(
                        stem,
                        CertificateSubject.server(stem, List.of("localhost", "127.0.0.1")),
                        kind,
                        Duration.ofDays(1),
                        Instant.now());
        return new Access(
                pki.resolve(stem + ".pem"),
                pki.resolve(stem + ".key"),
                () -> Files.readString(token));
    }

    private static StatusServer start(Access access) throws IOException {
        var settings = new StatusSettings(InetAddress.ofLiteral("0.0.0.0"), 0, access, null);
        var board =
                new StatusBoard(
                        new About("pump-17", "pump-17", "0.1.0", "mqtts://b:8883", List.of()),
                        () ->
                                new Figures(
                                        0, 0, 0, 0, 0, 0, 0, 0, 0, new TreeMap<>(), null, 0, 0, 0),
                        new FakeClock().clocks());
        return StatusServer.start(settings, board, () -> true);
    }

    private HttpResponse<String> ask(String path, @Nullable String authorization)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + path));
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return browser.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String basic(String user, String password) {
        return "Basic "
                + Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page.js",
                "/healthz",
                "/readyz",
                "/metrics",
                "/status.json",
                "/events"
            })
    void who_does_not_know_the_token_gets_nothing(String path) throws Exception {
        for (String wrong :
                Arrays.asList(
                        null,
                        "",
                        "Bearer",
                        "Bearer ",
                        "Bearer 0123456789abcdefghi",
                        TOKEN,
                        "Digest " + TOKEN,
                        "Basic " + TOKEN,
                        basic(TOKEN, ""),
                        basic("", "x" + TOKEN))) {
            HttpResponse<String> answer = ask(path, wrong);
            assertThat(answer.statusCode()).as(String.valueOf(wrong)).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate"))
                    .contains("Basic realm=\"caddis\", charset=\"UTF-8\"");
            assertThat(answer.body()).startsWith("this page wants the token");
        }
    }

    @Test
    void who_knows_it_reads_what_is_there_under_any_name_of_the_machine() throws Exception {
        for (String right :
                List.of(
                        "Bearer " + TOKEN,
                        "bearer  " + TOKEN,
                        basic("", TOKEN),
                        basic("ops", TOKEN))) {
            assertThat(ask("/healthz", right))
                    .extracting(HttpResponse::statusCode, HttpResponse::body)
                    .containsExactly(200, "ok\n");
        }
        assertThat(ask("/metrics", "Bearer " + TOKEN).body()).contains("caddis_connected 0");
    }

    @Test
    void a_new_token_counts_at_once_and_one_that_cannot_be_read_lets_nobody_in() throws Exception {
        Files.writeString(token, "another-token-of-20-characters");
        assertThat(ask("/healthz", "Bearer " + TOKEN).statusCode()).isEqualTo(401);
        assertThat(ask("/healthz", "Bearer another-token-of-20-characters").statusCode())
                .isEqualTo(200);
        Files.delete(token);
        assertThat(ask("/healthz", "Bearer " + TOKEN))
                .extracting(HttpResponse::statusCode, HttpResponse::body)
                .containsExactly(503, "the agent cannot read its token; its log says why\n");
    }

    @ParameterizedTest
    @EnumSource
    void a_certificate_of_each_kind_is_shown(KeyKind kind) throws Exception {
        server.close();
        server = start(issue("of-" + kind.name().toLowerCase(Locale.ROOT), kind));
        assertThat(ask("/healthz", "Bearer " + TOKEN).statusCode()).isEqualTo(200);
    }

    @Test
    void a_new_certificate_counts_at_the_next_connection_and_a_bad_one_not_at_all()
            throws Exception {
        BigInteger first = shown();
        issue("next", KeyKind.EC_P256);
        move("next.pem", "page.pem"); // the key does not fit yet
        assertThat(shown()).isEqualTo(first);
        move("next.key", "page.key");
        assertThat(shown()).isNotEqualTo(first);
    }

    private void move(String from, String to) throws IOException {
        Files.move(pki.resolve(from), pki.resolve(to), StandardCopyOption.REPLACE_EXISTING);
    }

    /// The number of the certificate that a new connection is shown.
    private BigInteger shown() throws Exception {
        SSLContext tls = ClientIdentity.pem(pki.resolve("ca.pem"), null, null).load().sslContext();
        try (var socket =
                (SSLSocket)
                        tls.getSocketFactory()
                                .createSocket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber();
        }
    }

    @Test
    void in_the_clear_nothing_is_told() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream()
                    .write("GET /healthz HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String said =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(said).doesNotContain("200").doesNotContain("ok");
        }
    }

    @Test
    void files_that_cannot_be_used_are_told_and_nothing_listens() throws Exception {
        Access right = issue("another", KeyKind.EC_P256);
        var wrong = new Access(pki.resolve("page.pem"), right.key(), right.token());
        assertThatThrownBy(() -> start(wrong))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not fit");
    }
}
