package dev.caddis.systemtests.page;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/// The DevTools protocol: numbered commands over a WebSocket, their answers, and events.
final class DevTools implements AutoCloseable {

    private static final int ANSWER_SECONDS_MAX = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, CompletableFuture<Object>> asked = new ConcurrentHashMap<>();
    private final AtomicInteger lastId = new AtomicInteger();
    private final BiConsumer<String, @Nullable Object> onEvent;
    private final WebSocket socket;

    /// @param onEvent called with the name and the parameters of each event
    DevTools(URI address, BiConsumer<String, @Nullable Object> onEvent) throws IOException {
        this.onEvent = onEvent;
        try {
            socket = http.newWebSocketBuilder().buildAsync(address, new Ears()).join();
        } catch (CompletionException e) {
            throw new IOException("Chromium does not answer at " + address, e);
        }
    }

    /// @param session of the tab that is meant; `null`: the browser
    /// @return the result, an object
    Object ask(@Nullable String session, String method, Map<String, ?> parameters)
            throws IOException {
        int id = lastId.incrementAndGet();
        Map<String, Object> message = new HashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (session != null) {
            message.put("sessionId", session);
        }
        CompletableFuture<Object> answer = new CompletableFuture<>();
        asked.put(id, answer);
        try {
            socket.sendText(Json.write(message), true).join();
            return answer.orTimeout(ANSWER_SECONDS_MAX, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IOException(method + " failed: " + e.getCause(), e);
        } finally {
            asked.remove(id);
        }
    }

    @Override
    public void close() {
        socket.abort();
        http.shutdownNow();
    }

    private final class Ears implements WebSocket.Listener {
        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                Object message = Json.read(text.toString());
                text.setLength(0);
                heard(message);
            }
            from.request(1);
            return null;
        }

        private void heard(@Nullable Object message) {
            if (Json.at(message, "id") instanceof Double id) {
                CompletableFuture<Object> answer = asked.get(id.intValue());
                Object result = Json.at(message, "result");
                if (answer != null && result != null) {
                    answer.complete(result);
                } else if (answer != null) {
                    answer.completeExceptionally(
                            new IOException(String.valueOf(Json.at(message, "error"))));
                }
            } else if (Json.at(message, "method") instanceof String method) {
                onEvent.accept(method, Json.at(message, "params"));
            }
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            asked.values().forEach(each -> each.completeExceptionally(error));
        }
    }
}
