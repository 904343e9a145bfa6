package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.transport.Endpoint;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Consumer;

/// What an engine needs beyond the session.
///
/// @param identity `null` only for a plain endpoint
/// @param authentication enhanced authentication; `null`: none
/// @param fallback takes what no subscription matches; `null`: it is acknowledged and counted
/// @param watcher is told every event at once, by the thread where it happened; it must return at
///   once
/// @param listeners are told every event, in order, on one virtual thread
/// @param seed of the jitter
public record EngineSettings(
        SessionSettings session,
        Endpoint endpoint,
        @Nullable ClientIdentity identity,
        Credentials credentials,
        @Nullable Authentication authentication,
        @Nullable Handler fallback,
        Consumer<? super ClientEvent> watcher,
        List<Consumer<? super ClientEvent>> listeners,
        long seed) {

    public EngineSettings {
        listeners = List.copyOf(listeners);
    }
}
