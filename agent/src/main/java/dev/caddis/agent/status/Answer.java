package dev.caddis.agent.status;

import com.sun.net.httpserver.HttpExchange;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// A whole answer at once.
final class Answer {

    static final int OK = 200;

    private static final int NO_BODY = -1;

    private Answer() {}

    /// One line of text.
    static void text(HttpExchange exchange, int code, String line) throws IOException {
        send(exchange, code, "text/plain; charset=utf-8", line + "\n");
    }

    static void send(HttpExchange exchange, int code, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(code, NO_BODY);
            return;
        }
        exchange.sendResponseHeaders(code, bytes.length);
        OutputStream out = exchange.getResponseBody();
        out.write(bytes);
        // What fails here ends the connection. The JDK's server swallows what fails later, when it
        // closes the exchange, and then counts that connection as open for ever.
        out.flush();
    }
}
