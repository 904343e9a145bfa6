package dev.caddis.agent.status;

import dev.caddis.mqtt.event.ClientEvent;

import org.jspecify.annotations.Nullable;

import java.time.Instant;

/// How the connection stands.
///
/// @param since when it became so
/// @param broker its URL
/// @param mqtt the version that is spoken; `null` while there is no connection, as the next two
/// @param link TLS version and cipher suite, or that the link is plain
/// @param sessionPresent whether the broker still had our session
/// @param problem why there is no connection; `null` while there is one, or none was tried yet
/// @param nextAttempt when the next attempt follows; `null` while one is under way
/// @param over whether the client has failed and does nothing any more
record ConnectionView(
        boolean connected,
        Instant since,
        String broker,
        @Nullable String mqtt,
        @Nullable String link,
        @Nullable Boolean sessionPresent,
        @Nullable String problem,
        @Nullable Instant nextAttempt,
        boolean over) {

    static ConnectionView none(String broker, Instant since) {
        return new ConnectionView(false, since, broker, null, null, null, null, null, false);
    }

    /// How it stands after `event`; the same when that says nothing about it.
    ConnectionView after(ClientEvent event, Instant now) {
        return switch (event) {
            case ClientEvent.Connected up ->
                    new ConnectionView(
                            true,
                            now,
                            up.broker(),
                            up.version().toString(),
                            up.link(),
                            up.sessionPresent(),
                            null,
                            null,
                            false);
            case ClientEvent.Disconnected(var reason) -> lost(reason.sentence(), now, over);
            case ClientEvent.ConnectFailed(int _, var reason) -> lost(reason.sentence(), now, over);
            case ClientEvent.RetryingIn(var delay, int _) ->
                    new ConnectionView(
                            false, since, broker, null, null, null, problem, now.plus(delay), over);
            case ClientEvent.GaveUp(int _, var last) -> lost(last.sentence(), now, true);
            case ClientEvent.Failed(Throwable cause, boolean kept) ->
                    lost(
                            (kept ? "the session folder failed: " : "the MQTT client failed: ")
                                    + cause.getMessage(),
                            now,
                            !kept);
            default -> this;
        };
    }

    private ConnectionView lost(String why, Instant now, boolean isOver) {
        return new ConnectionView(
                false, connected ? now : since, broker, null, null, null, why, null, isOver);
    }
}
