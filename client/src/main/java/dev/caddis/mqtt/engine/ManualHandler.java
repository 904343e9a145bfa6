package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Publish;

/// A handler that says itself when it is done with a message, during the call or later. What it
/// throws is reported, and is no answer.
@FunctionalInterface
public interface ManualHandler {
    void handle(Publish message, Pending pending) throws Exception;

    /// Done when it returns, however it does.
    static ManualHandler of(Handler handler) {
        return (message, pending) -> {
            try {
                handler.handle(message);
            } finally {
                pending.done();
            }
        };
    }
}
