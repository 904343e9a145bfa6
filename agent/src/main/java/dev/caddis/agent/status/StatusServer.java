package dev.caddis.agent.status;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

import javax.net.ssl.SSLContext;

/// Answers HTTP on loopback, or HTTPS to who knows the token: whether the agent lives (`/healthz`),
/// whether the broker has it (`/readyz`), what it counts (`/metrics`), everything (`/status.json`,
/// `/events`), and the page.
///
/// One virtual thread a request, with a connection of its own and a deadline; one more looks at the
/// outbox and at the deadlines once a second.
public final class StatusServer implements AutoCloseable {

    private static final int NOT_FOUND = 404;
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int BACKLOG = 16;
    private static final long TICK_MILLIS = 1_000;

    /// Seconds and bytes for the head of a request; connections at once. It is more seconds than
    /// the [Deadlines] have: the JDK closes who is late under a lock that every request needs, and
    /// has to wait there for a thread that still writes to that connection.
    private static final Map<String, String> BOUNDS =
            Map.of(
                    "sun.net.httpserver.maxReqTime", "15",
                    "sun.net.httpserver.maxReqHeaderSize", "8192",
                    "jdk.httpserver.maxConnections", "64");

    /// The files of the page, by path, with their types.
    private static final Map<String, String> TYPES =
            Map.of(
                    "page.html", "text/html; charset=utf-8",
                    "page.css", "text/css; charset=utf-8",
                    "page.js", "text/javascript; charset=utf-8");

    private final StatusBoard board;
    private final BooleanSupplier lives;
    private final HttpServer server;
    private final Deadlines deadlines;
    private final ExecutorService threads;

    private StatusServer(StatusBoard board, BooleanSupplier lives, HttpServer server) {
        this.board = board;
        this.lives = lives;
        this.server = server;
        this.deadlines = new Deadlines(board.clocks().nanoTime());
        this.threads =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("caddis-status-", 0).factory());
    }

    /// Begins to answer.
    ///
    /// @param lives whether the agent still does its work
    /// @throws IOException when the port cannot be had, or the certificate cannot be used
    public static StatusServer start(
            StatusSettings settings, StatusBoard board, BooleanSupplier lives) throws IOException {
        var address =
                new InetSocketAddress(Objects.requireNonNull(settings.address()), settings.port());
        setBounds();
        StatusServer started = new StatusServer(board, lives, create(settings.access(), address));
        started.begin(new Guard(settings.access(), board.clocks().nanoTime()));
        return started;
    }

    /// The JDK's server takes its bounds from here alone, once a process: a stranger may neither
    /// hold a connection with half a request, nor use up the memory or the files of the process.
    private static void setBounds() {
        BOUNDS.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
    }

    private static HttpServer create(StatusSettings.@Nullable Access access, InetSocketAddress at)
            throws IOException {
        if (access == null) {
            return HttpServer.create(at, BACKLOG);
        }
        SSLContext tls = PageIdentity.context(access);
        HttpsServer server = HttpsServer.create(at, BACKLOG);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private void begin(Guard guard) throws IOException {
        EventStream events = new EventStream(board, deadlines, guard::stillLetsIn);
        answer(guard, "/healthz", this::health);
        answer(guard, "/readyz", this::ready);
        answer(
                guard,
                "/metrics",
                exchange ->
                        Answer.send(
                                exchange,
                                Answer.OK,
                                MetricsText.CONTENT_TYPE,
                                board.look(view -> Metrics.of(view).toString())));
        answer(
                guard,
                "/status.json",
                exchange ->
                        Answer.send(exchange, Answer.OK, "application/json", board.json() + "\n"));
        answer(guard, "/events", events::serve);
        for (Map.Entry<String, String> each : TYPES.entrySet()) {
            String content = resource(each.getKey());
            String path = each.getKey().equals("page.html") ? "/" : "/" + each.getKey();
            answer(
                    guard,
                    path,
                    exchange -> Answer.send(exchange, Answer.OK, each.getValue(), content));
        }
        server.setExecutor(request -> threads.execute(deadlines.with(request)));
        server.start();
        threads.execute(this::look);
    }

    /// The server takes a path for all that begin with it; here each is itself only.
    private void answer(Guard guard, String path, HttpHandler handler) {
        var context =
                server.createContext(
                        path,
                        exchange -> {
                            if (path.equals(exchange.getRequestURI().getPath())) {
                                handler.handle(exchange);
                            } else {
                                Answer.text(
                                        exchange,
                                        NOT_FOUND,
                                        "there is /, /healthz, /readyz, /metrics, /status.json"
                                                + " and /events");
                            }
                        });
        context.getFilters().add(guard);
    }

    private void health(HttpExchange exchange) throws IOException {
        ConnectionView now = board.connection();
        if (now.over()) {
            Answer.text(exchange, SERVICE_UNAVAILABLE, oneLine("failed: " + now.problem()));
        } else if (!lives.getAsBoolean()) {
            Answer.text(exchange, SERVICE_UNAVAILABLE, "failed: no samples are taken any more");
        } else {
            Answer.text(exchange, Answer.OK, "ok");
        }
    }

    private void ready(HttpExchange exchange) throws IOException {
        ConnectionView now = board.connection();
        if (now.connected()) {
            Answer.text(exchange, Answer.OK, "connected to " + now.broker());
        } else {
            String why = now.problem() == null ? "still connecting" : now.problem();
            Answer.text(exchange, SERVICE_UNAVAILABLE, oneLine("not connected: " + why));
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029]", " ");
    }

    private void look() {
        try {
            do {
                board.tick();
                deadlines.look();
            } while (board.pause(TICK_MILLIS));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = StatusServer.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException(name + " is missing from this build of caddis");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /// The port it listens on.
    public int port() {
        return server.getAddress().getPort();
    }

    /// Ends every answer in progress. The board goes on.
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
