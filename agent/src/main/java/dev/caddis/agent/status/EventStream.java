package dev.caddis.agent.status;

import com.sun.net.httpserver.HttpExchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/// `/events`: the status as it changes, as server-sent events. The first event has everything, the
/// next ones leave out topics and subscriptions that have not changed.
final class EventStream {

    static final int WATCHERS_MAX = 8;

    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int LENGTH_UNKNOWN = 0;

    /// Without news so long, a comment shows whether the other side is still there.
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    /// Between two events, however much happens.
    private static final long PAUSE_MILLIS = 500;

    private final StatusBoard board;
    private final Deadlines deadlines;
    private final Predicate<HttpExchange> stillLetIn;
    private final Semaphore watchers = new Semaphore(WATCHERS_MAX);

    /// @param stillLetIn whether who asked may be told more
    EventStream(StatusBoard board, Deadlines deadlines, Predicate<HttpExchange> stillLetIn) {
        this.board = board;
        this.deadlines = deadlines;
        this.stillLetIn = stillLetIn;
    }

    /// Serves one watcher until it goes away, takes nothing any more, may not be told more, or the
    /// board is closed.
    void serve(HttpExchange exchange) throws IOException {
        if (!watchers.tryAcquire()) {
            Answer.text(
                    exchange,
                    SERVICE_UNAVAILABLE,
                    WATCHERS_MAX + " pages are open already; close one");
            return;
        }
        try {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(Answer.OK, LENGTH_UNKNOWN);
            send(exchange, exchange.getResponseBody());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            watchers.release();
        }
    }

    private void send(HttpExchange exchange, OutputStream out)
            throws IOException, InterruptedException {
        long known = 0;
        do {
            deadlines.extend(SILENCE_MAX);
            long since = known;
            Event event =
                    board.look(view -> new Event(view.revision(), StatusJson.of(view, since)));
            write(
                    out,
                    event.revision == known
                            ? ": still here\n\n"
                            : "event: status\ndata: " + event.json + "\n\n");
            known = event.revision;
        } while (board.pause(PAUSE_MILLIS)
                && board.awaitChange(known, SILENCE_MAX)
                && stillLetIn.test(exchange));
    }

    private record Event(long revision, String json) {}

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }
}
