package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Publish;

/// What an application does with a message. It may publish, subscribe and close; what it throws is
/// reported.
@FunctionalInterface
public interface Handler {
    void handle(Publish message) throws Exception;
}
