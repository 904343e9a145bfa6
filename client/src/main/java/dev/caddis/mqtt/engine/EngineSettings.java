package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.session.SessionSettings;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// What an engine needs beyond the session.
///
/// @param ways to the brokers of the session's group, in its order
/// @param identity `null` only for plain endpoints
/// @param identityCheck how often the files of the identity are looked at
/// @param authentication enhanced authentication; `null`: none
/// @param fallback takes what no subscription matches; `null`: it is acknowledged and counted
/// @param watcher is told every event at once, by the thread where it happened; it must return at
///   once
/// @param listeners are told every event, in order, on one virtual thread
/// @param seed of the jitter
public record EngineSettings(
        SessionSettings session,
        List<Way> ways,
        @Nullable ClientIdentity identity,
        Duration identityCheck,
        @Nullable Authentication authentication,
        @Nullable Handler fallback,
        Consumer<? super ClientEvent> watcher,
        List<Consumer<? super ClientEvent>> listeners,
        long seed) {

    public EngineSettings {
        ways = List.copyOf(ways);
        listeners = List.copyOf(listeners);
    }
}
