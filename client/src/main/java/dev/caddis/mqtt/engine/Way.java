package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.transport.Endpoint;
import dev.caddis.mqtt.transport.ProxyServer;

import org.jspecify.annotations.Nullable;

/// How a broker is reached.
///
/// @param proxy on the way to it; `null`: none
public record Way(Endpoint endpoint, @Nullable ProxyServer proxy, Credentials credentials) {}
