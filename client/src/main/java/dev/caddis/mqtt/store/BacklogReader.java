package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Reads the older messages of the outbox back, ahead of the session, on a thread of its own.
final class BacklogReader {

    /// Read ahead of the session, by [dev.caddis.mqtt.packet.Publish#weight].
    private static final long AHEAD_BYTES = 2L << 20;

    /// Who waits for messages is woken for so many at once.
    private static final int TOLD_AT = 256;

    private final Thread thread;
    private final Backlog backlog;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Stored> ahead = new ArrayDeque<>(); // under the lock, as the next six
    private long aheadBytes;
    private long from = 1; // what is before this was given, or is in `ahead`
    private long upTo = 1; // what is from here on is read elsewhere
    private boolean ended; // nothing between the two is left
    private boolean wanted; // somebody waits
    private boolean closing;
    private @Nullable Stored beyond; // the thread's: read, and not yet for the session
    private volatile @Nullable StoreException failure;
    private Runnable wake = () -> {};
    private final Disk disk;

    BacklogReader(Disk disk, Segments segments, JournalWriter writer) {
        this.disk = disk;
        this.backlog = new Backlog(disk, segments, writer::written);
        this.thread = Thread.ofPlatform().name("caddis-backlog").daemon().unstarted(this::run);
    }

    void start(Runnable wake) {
        this.wake = wake;
        thread.start();
    }

    @Nullable StoreException failure() {
        return failure;
    }

    /// @param recentFrom where the caller has the messages itself
    /// @return as [SessionStore#read]
    @Nullable List<Stored> read(long fromSequence, long recentFrom, int count) {
        lock.lock();
        try {
            while (!ahead.isEmpty() && ahead.getFirst().sequence() < fromSequence) {
                aheadBytes -= ahead.removeFirst().message().weight();
            }
            if (recentFrom > upTo) {
                upTo = recentFrom;
                ended = false;
            }
            from = Math.max(from, fromSequence);
            List<Stored> messages = new ArrayList<>();
            while (!ahead.isEmpty() && messages.size() < count) {
                Stored next = ahead.removeFirst();
                aheadBytes -= next.message().weight();
                messages.add(next);
                from = next.sequence() + 1;
            }
            changed.signal();
            if (messages.isEmpty() && !ended) {
                wanted = true;
                return null;
            }
            return messages;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (awaitWork()) {
            if (work()) {
                wake.run();
            }
        }
    }

    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closing && !hasWork()) {
                changed.awaitUninterruptibly();
            }
            return !closing && failure == null;
        } finally {
            lock.unlock();
        }
    }

    boolean hasMore() {
        lock.lock();
        try {
            return failure == null && hasWork();
        } finally {
            lock.unlock();
        }
    }

    private boolean hasWork() {
        return from < upTo && !ended && aheadBytes < AHEAD_BYTES;
    }

    /// Reads one message, if there is one to read, on the calling thread: on this one's own, or
    /// where none was started on the owner's.
    ///
    /// @return whether somebody waits for what is there now, or for the failure
    boolean work() {
        long next;
        long end;
        lock.lock();
        try {
            if (!hasWork()) {
                return false;
            }
            next = ahead.isEmpty() ? from : Math.max(from, ahead.getLast().sequence() + 1);
            end = upTo;
        } finally {
            lock.unlock();
        }
        try {
            return add(read(next, end), end);
        } catch (IOException | RuntimeException | Error e) { // or nobody would know of it
            failure =
                    new StoreException(
                            "the journal in "
                                    + disk.name()
                                    + " cannot be read: "
                                    + e
                                    + ". Mend the disk, and open the client again",
                            e);
            return true;
        }
    }

    private @Nullable Stored read(long next, long end) throws IOException {
        Stored message = beyond;
        if (message == null && next < end) {
            message = backlog.nextMessage(next);
        }
        beyond = message != null && message.sequence() >= end ? message : null;
        return beyond == null ? message : null;
    }

    private boolean add(@Nullable Stored message, long end) {
        lock.lock();
        try {
            if (message == null) {
                ended = end == upTo;
            } else if (message.sequence() >= from) {
                ahead.add(message);
                aheadBytes += message.message().weight();
            }
            boolean tell =
                    wanted && (ended || ahead.size() >= TOLD_AT || aheadBytes >= AHEAD_BYTES);
            wanted = wanted && !tell;
            return tell;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        try {
            backlog.close();
        } catch (IOException e) {
            throw new StoreException("the journal in " + disk.name() + " cannot be closed", e);
        }
    }
}
