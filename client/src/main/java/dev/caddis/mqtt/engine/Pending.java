package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.session.Ticket;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/// A delivered message on the way to its acknowledgement. Any thread may use it.
public final class Pending {

    private final @Nullable Ticket ticket;
    private final IntSupplier connection;
    private final Runnable whenDone;
    private final AtomicBoolean done = new AtomicBoolean();

    Pending(@Nullable Ticket ticket, IntSupplier connection, Runnable whenDone) {
        this.ticket = ticket;
        this.connection = connection;
        this.whenDone = whenDone;
    }

    /// The handler is done; a second call changes nothing.
    ///
    /// @return `false` where the connection of a QoS 1 message is gone: nobody acknowledges it, and
    ///   the broker delivers it again (F13)
    public boolean done() {
        if (done.compareAndSet(false, true)) {
            whenDone.run();
        }
        return ticket == null || !ticket.isStale(connection.getAsInt());
    }
}
