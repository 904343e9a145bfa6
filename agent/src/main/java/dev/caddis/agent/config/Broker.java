package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

/// One broker.
///
/// @param url `mqtts://HOST[:PORT]`, `mqtt://HOST[:PORT]`, `wss://HOST[:PORT][/PATH]` or
///   `ws://HOST[:PORT][/PATH]`, never with a user name or password in it
/// @param password read again for every connection, so that a changed file counts
/// @param proxy on the way to it; `null`: none
/// @param sharedSession whether it keeps its sessions together with all others that say so
public record Broker(
        String url,
        @Nullable String username,
        @Nullable Secret password,
        @Nullable Proxy proxy,
        boolean sharedSession) {

    /// One that keeps its sessions to itself.
    public Broker(
            String url,
            @Nullable String username,
            @Nullable Secret password,
            @Nullable Proxy proxy) {
        this(url, username, password, proxy, false);
    }
}
