package dev.caddis.mqtt.session;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/// Exchanges that were opened before the quota had room for them, in order: while the messages
/// before them are on the way, the disk makes them durable.
///
/// What comes out goes to the wire at once and overtakes what still waits for the disk. That is in
/// order all the same: everything that was sent before an exchange was opened here was released
/// before it was known to be durable, and the outbox sends nothing past these.
final class Ahead {

    private final ArrayDeque<Outgoing> exchanges = new ArrayDeque<>();
    private int durable; // of the first so many it is known

    void add(Outgoing exchange) {
        exchanges.add(exchange);
    }

    void durable(int more) {
        durable += more;
    }

    /// The oldest, or `null` where none is known to be durable.
    @Nullable Outgoing poll() {
        if (durable == 0) {
            return null;
        }
        durable--;
        return exchanges.remove();
    }

    int size() {
        return exchanges.size();
    }

    boolean isEmpty() {
        return exchanges.isEmpty();
    }
}
