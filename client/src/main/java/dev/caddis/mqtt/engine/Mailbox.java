package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.store.SessionStore;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// How every other thread reaches the owner: two lists that change places under one lock, so that a
/// whole batch is handed over at once and only an owner that waits is signalled.
///
/// It is also the door of the outbox: sequences are given out here, in order of arrival, and who
/// finds no room waits here. The owner says at each [#take] how much the session holds. What has
/// arrived and is not taken yet is in memory, however large the outbox on the disk is: a caller
/// that is faster than the owner waits, whatever the policy.
final class Mailbox {

    static final int ARRIVING_MESSAGES_MAX = 10_000;
    static final long ARRIVING_BYTES_MAX = 8L << 20;

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
    private boolean waitingForOwner; // some of them, since the last batch was taken

    private boolean behind; // the store is: nobody comes in
    private boolean diskFull; // nobody comes in who needs room
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
    Admission submit(Publish message, @Nullable String key, Duration timeout)
            throws InterruptedException {
        long size = SessionState.sizeOf(message);
        lock.lockInterruptibly();
        try {
            if (isBarred(message, size) && !awaitRoom(message, size, timeout)) {
                return Admission.FULL;
            }
            if (closed) {
                return Admission.CLOSED;
            }
            arrivingMessages++;
            arrivingBytes += size;
            filling.add(new Input.Submitted(++lastSequence, message, key));
            signalOwner();
            return new Admission(Door.ADMITTED, lastSequence);
        } finally {
            lock.unlock();
        }
    }

    /// @return whether there is room, or nobody is admitted any more
    private boolean awaitRoom(Publish message, long size, Duration timeout)
            throws InterruptedException {
        boolean patient =
                bounds.whenFull() == WhenFull.BLOCK || bounds.whenFull() == WhenFull.DROP_OLDEST;
        long left = timeout.toNanos();
        waitingForRoom++;
        try {
            while (isBarred(message, size)) {
                boolean crowded = isCrowded(size);
                if (left <= 0 || !(patient || crowded)) {
                    return false;
                }
                waitingForOwner |= crowded;
                left = room.awaitNanos(left);
            }
            return true;
        } finally {
            waitingForRoom--;
        }
    }

    private boolean isBarred(Publish message, long size) {
        return !closed && (isCrowded(size) || isFull(message, size));
    }

    private boolean isCrowded(long size) {
        return arrivingMessages >= ARRIVING_MESSAGES_MAX
                || (arrivingMessages > 0 && arrivingBytes + size > ARRIVING_BYTES_MAX);
    }

    /// Where the session needs no room, the door only keeps more from arriving than it has taken:
    /// with DROP_OLDEST it makes room, and QoS 0 it does not keep while there is no connection.
    private boolean isFull(Publish message, long size) {
        boolean needsRoom =
                bounds.whenFull() != WhenFull.DROP_OLDEST
                        && (online || bounds.keepsQos0() || message.qos() != Qos.AT_MOST_ONCE);
        if (behind || (diskFull && needsRoom)) {
            return true;
        }
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
            offerRoom(waitingForOwner || bounds.whenFull() == WhenFull.DROP_OLDEST);
            waitingForOwner = false;
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /// Whether the store can keep up, and whether its disk has room for more; both hold until this
    /// is called again.
    void room(SessionStore.Room room) {
        lock.lock();
        try {
            behind = room == SessionStore.Room.BEHIND;
            diskFull = room == SessionStore.Room.FULL;
            if (room == SessionStore.Room.PLENTY && waitingForRoom > 0) {
                this.room.signalAll();
            }
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
