package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

/// A proxy on the way to a broker.
///
/// @param url `http://HOST[:PORT]` or `socks5://HOST[:PORT]`, never with a user name or password in
///   it
/// @param username `null` exactly when `password` is
/// @param password read again for every connection
public record Proxy(String url, @Nullable String username, @Nullable Secret password) {}
