package dev.caddis.mqtt.engine;

import java.util.concurrent.atomic.LongAdder;

/// Counts the bytes of an engine's connections, all of them so far. Any thread.
final class Traffic {

    private final LongAdder sent = new LongAdder();
    private final LongAdder received = new LongAdder();

    void sent(int bytes) {
        sent.add(bytes);
    }

    void received(int bytes) {
        received.add(bytes);
    }

    long sentBytes() {
        return sent.sum();
    }

    long receivedBytes() {
        return received.sum();
    }
}
