package dev.caddis.agent.status;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// Stands before every answer: only GET, and only from who may ask. With a token, that is who knows
/// it: as `Authorization: Bearer TOKEN`, or as the password a browser asks for (RFC 7617). Without
/// one, it is who asks for this machine by a name of loopback: a page of another site that has its
/// own name resolved to 127.0.0.1 (DNS rebinding) sends that name and gets nothing; and browsers
/// give such a page no password of ours.
final class Guard extends Filter {

    private static final Logger LOG = LoggerFactory.getLogger(StatusServer.class);

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    private static final int METHOD_NOT_ALLOWED = 405;

    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

    /// However often somebody asks, the log is told of the token once in this time.
    private static final Duration TOLD_AGAIN = Duration.ofMinutes(1);

    private final StatusSettings.@Nullable Access access;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Told> told = new AtomicReference<>();

    /// What the log was told, and when.
    private record Told(String reason, long atNanos) {}

    /// @param access `null`: everybody on this machine may ask
    Guard(StatusSettings.@Nullable Access access, LongSupplier nanoTime) {
        this.access = access;
        this.nanoTime = nanoTime;
    }

    static boolean isLoopback(@Nullable String host) {
        return host != null && LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    @Override
    public String description() {
        return "only GET, only from who may ask";
    }

    @Override
    public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
        try (exchange) {
            exchange.getRequestBody().close(); // here, as the answer is flushed in Answer.send
            Headers headers = exchange.getResponseHeaders();
            // A second request on a connection would go beyond the deadline of the first.
            headers.set("Connection", "close");
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set(
                    "Content-Security-Policy",
                    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
                            + " img-src data:; base-uri 'none'; form-action 'none';"
                            + " frame-ancestors 'none'");
            if (!mayAsk(exchange)) {
                return;
            }
            if (!exchange.getRequestMethod().equals("GET")) {
                headers.set("Allow", "GET");
                Answer.text(exchange, METHOD_NOT_ALLOWED, "only GET is answered");
            } else {
                chain.doFilter(exchange);
            }
        }
    }

    /// @return false: the answer has been given
    private boolean mayAsk(HttpExchange exchange) throws IOException {
        if (isForAnotherSite(exchange)) {
            Answer.text(exchange, FORBIDDEN, "this is not for pages of other sites");
            return false;
        }
        if (access != null) {
            return knowsToken(exchange, access.token());
        }
        if (!isLoopback(only("Host", exchange))) {
            int port = exchange.getLocalAddress().getPort();
            Answer.text(
                    exchange,
                    FORBIDDEN,
                    "this page is for this machine alone; ask for localhost or 127.0.0.1,"
                            + " from elsewhere through ssh -L %d:127.0.0.1:%d DEVICE"
                                    .formatted(port, port));
            return false;
        }
        return true;
    }

    /// Browsers say so (Fetch Metadata). A link that a person follows is no page's doing.
    private static boolean isForAnotherSite(HttpExchange exchange) {
        String site = only("Sec-Fetch-Site", exchange);
        return site != null
                && !site.equals("same-origin")
                && !site.equals("none")
                && !"navigate".equals(only("Sec-Fetch-Mode", exchange));
    }

    private boolean knowsToken(HttpExchange exchange, StatusSettings.Token token)
            throws IOException {
        String wanted;
        try {
            wanted = wanted(token);
        } catch (IOException unusable) {
            tell(String.valueOf(unusable.getMessage()));
            Answer.text(exchange, UNAVAILABLE, "the agent cannot use its token; its log says why");
            return false;
        }
        if (shows(wanted, exchange)) {
            return true;
        }
        exchange.getResponseHeaders()
                .set("WWW-Authenticate", "Basic realm=\"caddis\", charset=\"UTF-8\"");
        Answer.text(
                exchange,
                UNAUTHORIZED,
                "this page wants the token of status.token: as the password of any user, or as"
                        + " Authorization: Bearer TOKEN");
        return false;
    }

    /// Whether who was let in with this request knows the token that counts now.
    boolean stillLetsIn(HttpExchange exchange) {
        try {
            return access == null || shows(wanted(access.token()), exchange);
        } catch (IOException unusable) {
            return false; // who asks again is told
        }
    }

    private static String wanted(StatusSettings.Token token) throws IOException {
        String wanted = token.read();
        if (wanted.chars().anyMatch(Character::isISOControl)) {
            throw new IOException(
                    "its token has a control character, which nobody can send; keep one line in"
                            + " it");
        }
        if (wanted.length() < StatusSettings.Access.TOKEN_MIN) {
            throw new IOException(
                    "its token has fewer than "
                            + StatusSettings.Access.TOKEN_MIN
                            + " characters, which can be guessed; make one: openssl rand -hex 32");
        }
        return wanted;
    }

    private static boolean shows(String wanted, HttpExchange exchange) {
        String shown = shown(only("Authorization", exchange));
        // Digests, so that the time to compare tells nothing of the token.
        return shown != null && MessageDigest.isEqual(digest(shown), digest(wanted));
    }

    private void tell(String reason) {
        long now = nanoTime.getAsLong();
        Told last = told.get();
        boolean again =
                last == null
                        || !last.reason.equals(reason)
                        || now - last.atNanos >= TOLD_AGAIN.toNanos();
        if (again && told.compareAndSet(last, new Told(reason, now))) {
            LOG.warn(
                    "status page: nobody is answered, since {}. A token that can be used counts at"
                            + " once: no restart is needed",
                    reason);
        }
    }

    /// What stands in the header as a token; `null`: none.
    private static @Nullable String shown(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space);
        String rest = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("Bearer")) {
            return rest;
        }
        if (!scheme.equalsIgnoreCase("Basic")) {
            return null;
        }
        try {
            String pair = new String(Base64.getDecoder().decode(rest), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException noBase64) {
            return null;
        }
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static @Nullable String only(String header, HttpExchange exchange) {
        var all = exchange.getRequestHeaders().get(header);
        return all == null || all.size() != 1 ? null : all.getFirst();
    }
}
