package dev.caddis.agent.status;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.Locale;
import java.util.regex.Pattern;

/// Stands before every answer: only GET, and only from who asks for this machine by a name of
/// loopback. A page of another site that has its own name resolved to 127.0.0.1 (DNS rebinding)
/// sends that name and gets nothing.
final class Guard extends Filter {

    private static final int FORBIDDEN = 403;
    private static final int METHOD_NOT_ALLOWED = 405;

    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

    static boolean isLoopback(@Nullable String host) {
        return host != null && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    @Override
    public String description() {
        return "only GET, only from this machine";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                            + " img-src data:; base-uri 'none'; form-action 'none';"
                            + " frame-ancestors 'none'");
            if (!isLoopback(host(exchange))) {
                Answer.text(
                        exchange,
                        FORBIDDEN,
                        "this page is for this machine alone; ask for localhost or 127.0.0.1,"
                                + " from elsewhere through ssh -L 9464:127.0.0.1:9464 DEVICE");
            } else if (!exchange.getRequestMethod().equals("GET")) {
                headers.set("Allow", "GET");
                Answer.text(exchange, METHOD_NOT_ALLOWED, "only GET is answered");
            } else {
                chain.doFilter(exchange);
            }
        }
    }

    private static @Nullable String host(HttpExchange exchange) {
        var all = exchange.getRequestHeaders().get("Host");
        return all == null || all.size() != 1 ? null : all.getFirst();
    }
}
