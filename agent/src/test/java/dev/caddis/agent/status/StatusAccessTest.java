package dev.caddis.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;

import dev.caddis.agent.identity.BenchPki;
import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;
import dev.caddis.agent.source.FakeClock;
import dev.caddis.agent.status.StatusSettings.Access;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.identity.IdentityException;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

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
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The status page beyond loopback: TLS and a token.
class StatusAccessTest {

    private static final String TOKEN = "0123456789abcdefghij";

    private final FakeClock clock = new FakeClock();
    private final StatusBoard board =
            new StatusBoard(
                    new About("pump-17", "pump-17", "0.1.0", "mqtts://b:8883", List.of()),
                    () -> new Figures(0, 0, 0, 0, 0, 0, 0, 0, 0, new TreeMap<>(), null, 0, 0, 0),
                    clock.clocks());
    private final List<String> log = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    log.add(event.getFormattedMessage());
                }
            };
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

    @BeforeEach
    void listen() {
        appender.start();
        ((Logger) LoggerFactory.getLogger(StatusServer.class)).addAppender(appender);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(StatusServer.class)).detachAppender(appender);
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

    private StatusServer start(Access access) throws IOException {
        var settings = new StatusSettings(InetAddress.ofLiteral("0.0.0.0"), 0, access, null);
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
                .containsExactly(503, "the agent cannot use its token; its log says why\n");
    }

    @Test
    void a_token_that_can_be_guessed_lets_nobody_in() throws Exception {
        for (String guessable : List.of("", TOKEN.substring(1))) {
            Files.writeString(token, guessable);
            assertThat(ask("/healthz", "Bearer " + guessable))
                    .extracting(HttpResponse::statusCode, HttpResponse::body)
                    .containsExactly(503, "the agent cannot use its token; its log says why\n");
        }
        assertThat(log)
                .containsExactly(
                        "status page: nobody is answered, since its token has fewer than 20"
                                + " characters, which can be guessed; make one: openssl rand -hex"
                                + " 32. A token that can be used counts at once: no restart is"
                                + " needed");
    }

    @Test
    void what_is_wrong_with_the_token_is_told_once_a_minute_however_often_it_is_asked_for()
            throws Exception {
        Files.delete(token);
        askInVain();
        assertThat(log).singleElement().asString().contains("nobody is answered");
        clock.pass(Duration.ofSeconds(59));
        askInVain();
        assertThat(log).hasSize(1);
        clock.pass(Duration.ofSeconds(1));
        askInVain();
        assertThat(log).hasSize(2);
        Files.writeString(token, "short");
        askInVain();
        assertThat(log).hasSize(3).last().asString().contains("fewer than 20 characters");
    }

    private void askInVain() throws IOException, InterruptedException {
        for (int i = 0; i < 3; i++) {
            assertThat(ask("/healthz", null).statusCode()).isEqualTo(503);
        }
    }

    @Test
    void a_new_token_ends_the_streams_of_who_knew_the_old_one() throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + server.port() + "/events"))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build();
        try (Stream<String> lines =
                browser.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
            Iterator<String> line = lines.iterator();
            assertThat(line.next()).isEqualTo("event: status");
            Files.writeString(token, "another-token-of-20-characters");
            board.onLine("news", "not for everybody");
            assertThat(line).toIterable().noneMatch(told -> told.contains("not for everybody"));
        }
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
