package dev.caddis.agent.cli;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.MessageHandler;
import dev.caddis.mqtt.packet.Bytes;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// Tells which arriving message is the echo of which publish, on one connection.
///
/// All carry the same text, so they are counted: one publish is awaited at a time, and on one
/// connection a broker delivers each once `[MQTT-4.4.0-1]`, in their order `[MQTT-4.6.0-6]`; hence
/// the first message with that text while one is awaited is its echo. Whatever else arrives is no
/// echo, now or later: another text, one that the broker had retained or says it repeats (DUP), and
/// one that nobody awaits. A connection has an object of its own, so that what belongs to an
/// earlier one is never counted here.
final class Echoes implements MessageHandler {

    private final Bytes text;
    private final LongSupplier nanoTime;
    private final Runnable onOther;
    private @Nullable CompletableFuture<Long> awaited; // guarded by this

    /// @param onOther told of each message that is no echo
    Echoes(Bytes text, LongSupplier nanoTime, Runnable onOther) {
        this.text = text;
        this.nanoTime = nanoTime;
        this.onOther = onOther;
    }

    /// To be called before the publish that is to come back.
    ///
    /// @return completes with the time of its echo
    synchronized CompletableFuture<Long> next() {
        CompletableFuture<Long> next = new CompletableFuture<>();
        awaited = next;
        return next;
    }

    @Override
    public void handle(Delivery delivery) {
        long now = nanoTime.getAsLong();
        CompletableFuture<Long> echoed = isOurs(delivery) ? taken() : null;
        if (echoed == null) {
            onOther.run();
        } else {
            echoed.complete(now);
        }
    }

    private boolean isOurs(Delivery delivery) {
        return !delivery.duplicate()
                && !delivery.message().isRetained()
                && delivery.message().payload().equals(text);
    }

    private synchronized @Nullable CompletableFuture<Long> taken() {
        CompletableFuture<Long> taken = awaited;
        awaited = null;
        return taken;
    }
}
