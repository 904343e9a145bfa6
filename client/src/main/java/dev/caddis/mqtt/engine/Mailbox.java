package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How every other thread reaches the owner: two lists that change places under one lock, so that a
/// whole batch is handed over at once and only an owner that waits is signalled.
///
/// It is also the door of the outbox: sequences are given out here, in order of arrival, and who
/// finds no room waits here. The owner says at each [#take] how much the session holds.
final class Mailbox {

    /// What became of a message at the door.
    enum Door {
        ADMITTED,
        FULL,
        CLOSED
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final OutboxBounds bounds;

    private List<Input> filling = new ArrayList<>();
    private List<Input> taken = new ArrayList<>();
    private boolean ownerWaits;
    private boolean woken;
    private boolean closed;
    private boolean over;
    private int waitingForRoom;

    private long heldMessages; // by the session, as it last said
    private long heldBytes;
    private boolean online;
    private long arrivingMessages; // handed in since
    private long arrivingBytes;
    private long lastSequence;

    Mailbox(OutboxBounds bounds, long lastSequence) {
        this.bounds = bounds;
        this.lastSequence = lastSequence;
    }

    /// Hands `input` to the owner; from any thread, never blocks.
    void offer(Input input) {
        lock.lock();
        try {
            if (!over) {
                filling.add(input);
                signalOwner();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nobody takes any more: what is offered from here on is dropped.
    void end() {
        lock.lock();
        try {
            over = true;
            filling.clear();
        } finally {
            lock.unlock();
        }
    }

    /// Makes the owner look at the time and the connections.
    void wake() {
        lock.lock();
        try {
            woken = true;
            signalOwner();
        } finally {
            lock.unlock();
        }
    }

    private void signalOwner() {
        if (ownerWaits) {
            ownerWaits = false;
            arrived.signal();
        }
    }

    /// The result of [#submit]: [Door#ADMITTED] with the message's sequence, or a refusal with 0.
    record Admission(Door door, long sequence) {
        static final Admission FULL = new Admission(Door.FULL, 0);
        static final Admission CLOSED = new Admission(Door.CLOSED, 0);
    }

    /// Hands in a message, waiting for room up to `timeout` where the policy is to wait.
    ///
    /// @throws InterruptedException when the caller is interrupted while it waits; the message was
    ///   not handed in
    Admission submit(Publish message, Duration timeout) throws InterruptedException {
        long size = message.contentLength();
        lock.lockInterruptibly();
        try {
            if (!closed && isFull(message, size)) {
                if (bounds.whenFull() == WhenFull.REJECT
                        || bounds.whenFull() == WhenFull.DROP_NEWEST) {
                    return Admission.FULL;
                }
                awaitRoom(message, size, timeout);
                if (!closed && isFull(message, size)) {
                    return Admission.FULL;
                }
            }
            if (closed) {
                return Admission.CLOSED;
            }
            arrivingMessages++;
            arrivingBytes += size;
            filling.add(new Input.Submitted(++lastSequence, message));
            signalOwner();
            return new Admission(Door.ADMITTED, lastSequence);
        } finally {
            lock.unlock();
        }
    }

    private void awaitRoom(Publish message, long size, Duration timeout)
            throws InterruptedException {
        long left = timeout.toNanos();
        waitingForRoom++;
        try {
            while (!closed && isFull(message, size) && left > 0) {
                left = room.awaitNanos(left);
            }
        } finally {
            waitingForRoom--;
        }
    }

    /// Where the session needs no room, the door only keeps more from arriving than it has taken:
    /// with DROP_OLDEST it makes room, and QoS 0 it does not keep while there is no connection.
    private boolean isFull(Publish message, long size) {
        boolean needsRoom =
                bounds.whenFull() != WhenFull.DROP_OLDEST
                        && (online || message.qos() != Qos.AT_MOST_ONCE);
        long messages = arrivingMessages + (needsRoom ? heldMessages : 0);
        long bytes = arrivingBytes + (needsRoom ? heldBytes : 0);
        return messages >= bounds.maxMessages()
                || (messages > 0 && bytes + size > bounds.maxBytes());
    }

    /// Takes everything that arrived; waits for something until `deadlineNanos` ([System#nanoTime])
    /// at most.
    ///
    /// @return valid until the next call; empty when the time came or [#wake] was called
    List<Input> take(
            long deadlineNanos, long sessionMessages, long sessionBytes, boolean sessionOnline)
            throws InterruptedException {
        lock.lockInterruptibly();
        try {
            taken.clear(); // an idle owner must not hold on to what it has worked on
            heldMessages = sessionMessages;
            heldBytes = sessionBytes;
            boolean disconnected = online && !sessionOnline;
            online = sessionOnline;
            offerRoom(disconnected);
            while (filling.isEmpty() && !woken) {
                long left = deadlineNanos - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                ownerWaits = true;
                arrived.awaitNanos(left);
                ownerWaits = false;
            }
            woken = false;
            List<Input> batch = filling;
            filling = taken;
            taken = batch;
            heldMessages += arrivingMessages;
            heldBytes += arrivingBytes;
            arrivingMessages = 0;
            arrivingBytes = 0;
            offerRoom(bounds.whenFull() == WhenFull.DROP_OLDEST);
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /// Lets the waiting look again: once an eighth of the outbox is free, so that they come in
    /// batches, or `now`, when some of them need no room.
    private void offerRoom(boolean now) {
        if (waitingForRoom > 0
                && (now
                        || (arrivingMessages + heldMessages
                                        <= bounds.maxMessages() - bounds.maxMessages() / 8
                                && arrivingBytes + heldBytes
                                        <= bounds.maxBytes() - bounds.maxBytes() / 8))) {
            room.signalAll();
        }
    }

    /// From here on nobody is admitted.
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The sequence of the message that was admitted last.
    long lastSequence() {
        lock.lock();
        try {
            return lastSequence;
        } finally {
            lock.unlock();
        }
    }
}
