package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

/// One broker.
///
/// @param url `mqtts://HOST[:PORT]` or `mqtt://HOST[:PORT]`, never with a user name or password in
///   it
/// @param password read again for every connection, so that a changed file counts
public record Broker(String url, @Nullable String username, @Nullable Secret password) {}
