package dev.caddis.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.source.FakeClock;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

class StatusServerTest {

    private static final String BROKER = "mqtts://broker.example:8883";

    /// More connections than are open at once.
    private static final int MANY = 70;

    private final FakeClock clock = new FakeClock();
    private volatile Figures figures = figures(0, null);
    private final StatusBoard board =
            new StatusBoard(
                    new About("pump-17", "pump-17", "0.1.0", BROKER, List.of("pump-17/cmd/#")),
                    () -> figures,
                    clock.clocks());
    private volatile BooleanSupplier lives = () -> true;
    private StatusServer server;
    private int port;

    @BeforeEach
    void start() throws IOException {
        server = StatusServer.start(settings(0), board, () -> lives.getAsBoolean());
        port = server.port();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void it_lives_as_soon_as_it_runs_and_is_ready_while_the_broker_has_it() throws IOException {
        assertThat(Http.get(port, "/healthz").body()).isEqualTo("ok\n");
        assertThat(Http.get(port, "/readyz"))
                .extracting(Http::code, Http::body)
                .containsExactly(503, "not connected: still connecting\n");
        connect();
        assertThat(Http.get(port, "/readyz"))
                .extracting(Http::code, Http::body)
                .containsExactly(200, "connected to " + BROKER + "\n");
        board.onEvent(new ClientEvent.Disconnected(reset()));
        assertThat(Http.get(port, "/readyz"))
                .extracting(Http::code, Http::body)
                .containsExactly(503, "not connected: the network ate it\n");
        assertThat(Http.get(port, "/healthz").code()).isEqualTo(200);
    }

    @Test
    void a_client_that_failed_for_good_is_not_healthy_one_that_is_opened_again_is()
            throws IOException {
        Exception full = new IOException("no space left\non device");
        board.onEvent(new ClientEvent.Failed(full, true));
        assertThat(Http.get(port, "/healthz").code()).isEqualTo(200);
        board.onEvent(new ClientEvent.Failed(full, false));
        assertThat(Http.get(port, "/healthz"))
                .extracting(Http::code, Http::body)
                .containsExactly(503, "failed: the MQTT client failed: no space left on device\n");
    }

    @Test
    void an_agent_that_takes_no_samples_any_more_is_not_healthy() throws IOException {
        lives = () -> false;
        assertThat(Http.get(port, "/healthz"))
                .extracting(Http::code, Http::body)
                .containsExactly(503, "failed: no samples are taken any more\n");
    }

    @Test
    void metrics_tell_what_the_agent_counts() throws IOException {
        Instant end = clock.now().plus(Duration.ofDays(12)).plusSeconds(5);
        figures = figures(7, end);
        board.onEvent(new ClientEvent.ConnectFailed(1, reset()));
        connect();
        board.onEvent(new ClientEvent.Disconnected(reset()));
        connect();
        board.onEvent(new ClientEvent.Dropped(DropCause.OUTBOX_FULL_OLDEST, 3, 3));
        board.onEvent(new ClientEvent.Dropped(DropCause.OUTBOX_FULL_OLDEST, 2, 5));
        board.onMessage("pump-17/cmd/#", "pump-17/cmd/stop", "now");
        Http metrics = Http.get(port, "/metrics");
        assertThat(metrics.header("Content-Type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(metrics.body().lines())
                .contains(
                        "# TYPE caddis_connected gauge",
                        "caddis_connected 1",
                        "caddis_connections_total 2",
                        "caddis_reconnects_total 1",
                        "caddis_failed_attempts_total{cause=\"reset\"} 1",
                        "caddis_outbox_messages 7",
                        "caddis_acknowledged_total 40",
                        "caddis_dropped_total{cause=\"outbox_full_oldest\"} 5",
                        "caddis_failed_readings_total{path=\"/sensors/\\\"odd\\\\\"} 4",
                        "caddis_received_total{filter=\"pump-17/cmd/#\"} 1",
                        "caddis_sent_bytes_total 1000",
                        "caddis_received_bytes_total 2000",
                        "caddis_journal_bytes_total 3000",
                        "caddis_oldest_message_seconds 0",
                        "caddis_certificate_days 12");
        assertThat(metrics.body().lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("[a-z_]+(\\{.*})? -?[0-9.E+-]+"));
    }

    @Test
    void without_a_certificate_its_days_are_no_metric() throws IOException {
        assertThat(Http.get(port, "/metrics").body()).doesNotContain("certificate");
    }

    @Test
    void a_page_of_another_site_gets_nothing_and_a_link_there_leads_here() throws IOException {
        String host = "localhost:" + port;
        for (String site : List.of("cross-site", "same-site")) {
            String asks = "Sec-Fetch-Site: " + site + "\r\nSec-Fetch-Mode: ";
            assertThat(Http.ask(port, "GET", "/events", host, asks + "cors\r\n").code())
                    .isEqualTo(403);
            assertThat(Http.ask(port, "GET", "/", host, asks + "navigate\r\n").code())
                    .isEqualTo(200);
        }
        String own = "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n";
        assertThat(Http.ask(port, "GET", "/status.json", host, own).code()).isEqualTo(200);
    }

    /// A page of another site, its name resolved to 127.0.0.1.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:9464",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.0.0.7",
                ""
            })
    void who_asks_by_another_name_gets_nothing(String host) throws IOException {
        Http answer = Http.ask(port, "GET", "/status.json", host);
        assertThat(answer.code()).isEqualTo(403);
        assertThat(answer.body())
                .contains("ssh -L " + port + ":127.0.0.1:" + port + " DEVICE")
                .doesNotContain("pump-17");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.2:1", "[::1]:9464"})
    void every_name_of_loopback_is_answered_whatever_the_port(String host) throws IOException {
        assertThat(Http.ask(port, "GET", "/status.json", host).code()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"})
    void only_GET_is_answered(String method) throws IOException {
        Http answer = Http.ask(port, method, "/", "localhost");
        assertThat(answer.code()).isEqualTo(405);
        assertThat(answer.header("Allow")).contains("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/page.css", "/page.js", "/status.json", "/metrics", "/nothing"})
    void no_answer_lets_another_site_read_it_or_a_script_in(String path) throws IOException {
        Http answer = Http.get(port, path);
        assertThat(answer.header("Access-Control-Allow-Origin")).isEmpty();
        assertThat(answer.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.header("Cross-Origin-Resource-Policy")).contains("same-origin");
        assertThat(answer.header("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
    }

    @Test
    void a_path_that_is_not_there_is_told_what_is() throws IOException {
        assertThat(Http.get(port, "/healthz/more"))
                .extracting(Http::code, Http::body)
                .containsExactly(
                        404, "there is /, /healthz, /readyz, /metrics, /status.json and /events\n");
        assertThat(Http.get(port, "/..%2f..%2fetc/passwd").code()).isEqualTo(404);
    }

    @Test
    void the_page_asks_for_nothing_outside() throws IOException {
        for (String path : List.of("/", "/page.css", "/page.js")) {
            Http answer = Http.get(port, path);
            assertThat(answer.code()).isEqualTo(200);
            assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http://", "https://", "//cdn", "innerHTML", "style=\"");
        }
    }

    @Test
    void a_watcher_is_told_at_once_of_what_happens() throws IOException {
        try (Socket socket = Http.open(port, "GET", "/events", "localhost");
                BufferedReader in = reader(socket)) {
            assertThat(nextStatus(in))
                    .contains("\"connected\":false")
                    .contains("\"filter\":\"pump-17/cmd/#\"");
            connect();
            assertThat(nextStatus(in))
                    .contains("\"connected\":true")
                    .contains("\"subscriptions\":[]");
            board.onEvent(new ClientEvent.Subscribed("pump-17/cmd/#", Qos.AT_LEAST_ONCE));
            assertThat(nextStatus(in)).contains("\"state\":\"granted, QoS 1\"");
        }
    }

    @Test
    void a_watcher_that_takes_what_it_is_told_has_no_deadline() throws IOException {
        try (Socket socket = Http.open(port, "GET", "/events", "localhost");
                BufferedReader in = reader(socket)) {
            for (int i = 0; i < 5; i++) {
                nextStatus(in);
                clock.pass(Duration.ofSeconds(20));
                board.onLine("news", "round " + i);
            }
            assertThat(nextStatus(in)).contains("round 4");
        }
    }

    @Test
    void closing_ends_watchers_and_frees_the_port() throws IOException {
        try (Socket socket = Http.open(port, "GET", "/events", "localhost");
                BufferedReader in = reader(socket)) {
            nextStatus(in);
            server.close();
            assertThat(in.lines().filter(line -> line.startsWith("data"))).isEmpty();
        } catch (java.io.UncheckedIOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
        StatusServer.start(settings(port), board, () -> true).close();
    }

    @Test
    void more_watchers_than_a_few_are_refused() throws IOException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < EventStream.WATCHERS_MAX; i++) {
                Socket socket = Http.open(port, "GET", "/events", "localhost");
                open.add(socket);
                nextStatus(reader(socket));
            }
            assertThat(Http.get(port, "/events"))
                    .extracting(Http::code, Http::body)
                    .containsExactly(503, "8 pages are open already; close one\n");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void an_answer_that_nobody_takes_uses_up_no_connection() throws Exception {
        var asked = new Semaphore(0);
        var gone = new Semaphore(0);
        lives =
                () -> {
                    asked.release();
                    gone.acquireUninterruptibly();
                    return true;
                };
        for (int i = 0; i < MANY; i++) {
            try (Socket socket = Http.open(port, "GET", "/healthz", "localhost")) {
                asked.acquire();
                socket.setSoLinger(true, 0); // closing resets it
            }
            gone.release();
        }
        lives = () -> true;
        assertThat(Http.get(port, "/healthz").body()).isEqualTo("ok\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST"})
    void a_request_that_ends_too_early_uses_up_no_connection(String method) throws IOException {
        for (int i = 0; i < MANY; i++) {
            try (Socket socket =
                    Http.open(port, method, "/", "localhost", "Content-Length: 9\r\n")) {
                socket.shutdownOutput();
                assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            }
        }
        assertThat(Http.get(port, "/healthz").body()).isEqualTo("ok\n");
    }

    @Test
    void each_connection_has_one_answer() throws IOException {
        String next = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write((next + next).getBytes(StandardCharsets.US_ASCII));
            socket.shutdownOutput();
            String said =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(said)
                    .containsOnlyOnce("HTTP/1.1 200")
                    .containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void a_request_that_is_not_done_in_time_ends_with_its_connection() throws Exception {
        var asked = new Semaphore(0);
        lives =
                () -> {
                    asked.release();
                    try {
                        new Semaphore(0).acquire();
                    } catch (InterruptedException late) {
                        Thread.currentThread().interrupt();
                    }
                    return true;
                };
        try (Socket socket = Http.open(port, "GET", "/healthz", "localhost")) {
            asked.acquire();
            clock.pass(Duration.ofSeconds(10));
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }

    @Test
    void nothing_listens_beyond_loopback() {
        assertThatThrownBy(() -> new StatusSettings(InetAddress.ofLiteral("0.0.0.0"), 9464))
                .hasMessageContaining("0.0.0.0 is beyond loopback");
    }

    private void connect() {
        board.onEvent(
                new ClientEvent.Connected(
                        BROKER, ProtocolVersion.V5, true, "TLSv1.3 TLS_AES_128_GCM_SHA256"));
    }

    private static ConnectionFailure reset() {
        return new ConnectionFailure(ConnectionFailure.Kind.RESET, "the network ate it");
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String nextStatus(BufferedReader in) throws IOException {
        String line;
        while ((line = in.readLine()) != null) {
            if (line.startsWith("data: ")) {
                return line;
            }
        }
        throw new AssertionError("the stream has ended");
    }

    private static StatusSettings settings(int port) {
        return new StatusSettings(InetAddress.getLoopbackAddress(), port);
    }

    private static Figures figures(long waiting, @Nullable Instant end) {
        return new Figures(
                waiting,
                1,
                40,
                0,
                0,
                5,
                0,
                2,
                0,
                new TreeMap<>(Map.of("/sensors/\"odd\\", 4L)),
                end,
                1_000,
                2_000,
                3_000);
    }
}
