package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.Ticket;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/// Brings incoming messages to their handlers: one virtual thread a subscription, in order, so that
/// a slow handler holds up nothing but its own subscription.
///
/// The owner calls [#deliver], which never blocks; the bounds are [#MAX_BYTES] over all
/// subscriptions and [#MAX_FLEETING] QoS 0 messages, beyond which QoS 0 is dropped and QoS 1 and 2
/// end the connection (law 4).
final class Deliveries {

    static final long MAX_BYTES = 64L << 20;
    static final int MAX_FLEETING = 10_000;

    /// A message at its handlers. It counts in the bounds until all of them are done with it, or,
    /// once nobody waits for that any more, until none of them runs with it.
    private final class Work {
        final Publish message;
        final @Nullable Ticket ticket;
        private final AtomicInteger undone;
        private final AtomicInteger running;
        private final AtomicBoolean counted = new AtomicBoolean(true);
        private volatile boolean givenUp;

        Work(Publish message, @Nullable Ticket ticket, int handlers) {
            this.message = message;
            this.ticket = ticket;
            undone = new AtomicInteger(handlers);
            running = new AtomicInteger(handlers);
        }

        void done() {
            if (undone.decrementAndGet() == 0) {
                uncount();
                if (ticket != null) {
                    owner.accept(new Input.Handled(ticket));
                }
            }
        }

        void returned() {
            if (running.decrementAndGet() == 0 && givenUp) {
                letGo();
            }
        }

        void giveUp() {
            givenUp = true;
            if (running.get() == 0) {
                letGo();
            }
        }

        private void letGo() {
            if (uncount() && ticket != null) {
                owner.accept(new Input.LetGo(ticket));
            }
        }

        private boolean uncount() {
            if (!counted.compareAndSet(true, false)) {
                return false;
            }
            waitingBytes.addAndGet(-message.weight());
            if (ticket == null) {
                waitingFleeting.decrementAndGet();
            } else {
                waitingAcknowledged.decrementAndGet();
            }
            return true;
        }
    }

    private final class Queue {
        final TopicFilter filter;
        final Batches<Work> work;
        volatile ManualHandler handler;
        volatile boolean wanted = true;

        Queue(TopicFilter filter, ManualHandler handler) {
            this.filter = filter;
            this.handler = handler;
            this.work = new Batches<>("caddis-handler-" + filter, this::run);
        }

        private void run(Work next) {
            var pending = new Pending(next.ticket, connection, next::done);
            try {
                handler.handle(next.message, pending);
            } catch (Exception | Error failure) { // a handler must not end what carries it (F15)
                tell.accept(new ClientEvent.HandlerFailed(next.message.topic(), failure));
            }
            if (next.ticket == null) { // QoS 0 is never acknowledged
                pending.done();
            }
            next.returned();
        }
    }

    private final Map<String, Queue> queues = new ConcurrentHashMap<>();
    private final @Nullable Queue fallback;
    private final Consumer<Input> owner;
    private final Consumer<ClientEvent> tell;
    private final IntSupplier connection;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger waitingFleeting = new AtomicInteger();
    private final AtomicInteger waitingAcknowledged = new AtomicInteger();
    private final AtomicLong unmatched = new AtomicLong();
    private long overflown;

    /// @param connection the number of the present connection, 0 while there is none
    Deliveries(
            Consumer<Input> owner,
            Consumer<ClientEvent> tell,
            IntSupplier connection,
            @Nullable Handler fallback) {
        this.owner = owner;
        this.tell = tell;
        this.connection = connection;
        this.fallback =
                fallback == null
                        ? null
                        : new Queue(new TopicFilter("#"), ManualHandler.of(fallback));
    }

    void put(TopicFilter filter, ManualHandler handler) {
        queues.compute(
                filter.value(),
                (key, queue) -> {
                    if (queue == null) {
                        return new Queue(filter, handler);
                    }
                    queue.handler = handler;
                    queue.wanted = true;
                    return queue;
                });
    }

    /// The filter is no longer wanted; its handler goes on until [#remove].
    void unwant(String filter) {
        queues.computeIfPresent(
                filter,
                (key, queue) -> {
                    queue.wanted = false;
                    return queue;
                });
    }

    /// The broker has stopped serving the filter.
    ///
    /// @return whether its handler is gone; not so where the filter is wanted again by now
    boolean remove(String filter) {
        return queues.computeIfPresent(filter, (key, queue) -> queue.wanted ? queue : null) == null;
    }

    /// Messages that no subscription matched and no default handler took.
    long unmatched() {
        return unmatched.get();
    }

    /// Messages of QoS 1 and 2 that wait for a handler or for its acknowledgement.
    int waiting() {
        return waitingAcknowledged.get();
    }

    /// @param filters the subscriptions the broker sent this copy for; empty where it named none:
    ///   then all that match its topic get it
    /// @return whether there was room; if not, the connection must end so that the broker delivers
    ///   again
    boolean deliver(Publish message, @Nullable Ticket ticket, List<String> filters) {
        List<Queue> matching = new ArrayList<>(1);
        for (String filter : filters) {
            Queue queue = queues.get(filter);
            if (queue != null) {
                matching.add(queue);
            }
        }
        if (matching.isEmpty()) {
            for (Queue queue : queues.values()) {
                if (queue.filter.matches(message.topic())) {
                    matching.add(queue);
                }
            }
        }
        if (matching.isEmpty() && fallback != null) {
            matching.add(fallback);
        }
        if (matching.isEmpty()) { // F12: acknowledged and counted, since answers must be in order
            unmatched.incrementAndGet();
            if (ticket != null) {
                owner.accept(new Input.Handled(ticket));
            }
            return true;
        }
        long size = message.weight();
        boolean full = waitingBytes.get() > 0 && waitingBytes.get() + size > MAX_BYTES;
        if (ticket == null && (full || waitingFleeting.get() >= MAX_FLEETING)) {
            tell.accept(new ClientEvent.Dropped(DropCause.INCOMING_OVERFLOW, 1, ++overflown));
            return true;
        }
        // The session keeps a QoS 2 message until it is handled, and the broker never sends it
        // again: it waits here all the same.
        if (full && message.qos() != Qos.EXACTLY_ONCE) {
            return false;
        }
        waitingBytes.addAndGet(size);
        if (ticket == null) {
            waitingFleeting.incrementAndGet();
        } else {
            waitingAcknowledged.incrementAndGet();
        }
        Work work = new Work(message, ticket, matching.size());
        if (ticket != null) {
            ticket.whenGivenUp(work::giveUp);
        }
        matching.forEach(queue -> queue.work.add(work));
        return !full;
    }

    /// Waits until no handler has anything to do, until `deadlineNanos` ([System#nanoTime]) at
    /// most; a handler that calls this is not waited for.
    void awaitIdle(long deadlineNanos) throws InterruptedException {
        for (Queue queue : queues.values()) {
            queue.work.awaitIdle(deadlineNanos - System.nanoTime());
        }
        if (fallback != null) {
            fallback.work.awaitIdle(deadlineNanos - System.nanoTime());
        }
    }
}
