package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Writes and forces what the owner of a session appended, on a thread of its own: all that has
/// gathered while the last force ran goes with the next (group commit).
///
/// After a failure nothing is written any more, since what a failed force leaves on the disk is not
/// known (F36).
final class JournalWriter {

    /// A batch for the present file, or with `begins` the beginning of the next.
    private record Work(
            @Nullable Segment begins, ByteSink bytes, long position, List<String> dead) {}

    /// How much of which file is written.
    private record Written(long firstPosition, long bytes) {}

    /// A sink that has grown beyond this is not used again.
    private static final int KEPT_BYTES = 1 << 20;

    /// What waits is joined into one write up to about here.
    private static final int JOINED_BYTES = 4 << 20;

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Disk disk;
    private final boolean power;
    private final Thread thread;
    private final LongAdder writtenBytes = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Work> queue = new ArrayDeque<>(); // under the lock, as the next three
    private ByteSink spare = new ByteSink(4 << 10);
    private long queuedBytes;
    private boolean closing;

    private Disk.Writer file; // the thread's, as the next two
    private final Reserve reserve;
    private long sinceCheck;
    private volatile long durable;
    private volatile Written written; // the thread writes it, anyone reads
    private volatile @Nullable StoreException failure;
    private volatile Runnable wake = () -> {};

    /// @param file of `present`, begun and forced
    JournalWriter(
            Disk disk,
            boolean power,
            Reserve reserve,
            Segment present,
            Disk.Writer file,
            long bytes,
            long position) {
        this.disk = disk;
        this.power = power;
        this.reserve = reserve;
        this.file = file;
        this.written = new Written(present.firstPosition(), bytes);
        this.durable = position;
        this.thread = Thread.ofPlatform().name("caddis-journal").unstarted(this::run);
    }

    void start(Runnable wake) {
        this.wake = wake;
        thread.start();
    }

    long durable() {
        return durable;
    }

    /// Bytes of `segment` that may be read; `Long.MAX_VALUE` for all of the file.
    long written(Segment segment) {
        Written present = written;
        int order = Long.compare(segment.firstPosition(), present.firstPosition);
        return order < 0 ? Long.MAX_VALUE : order > 0 ? 0 : present.bytes;
    }

    @Nullable StoreException failure() {
        return failure;
    }

    /// Whether the disk has no room for more.
    boolean isFull() {
        return reserve.isFull();
    }

    /// Bytes handed over and not yet durable.
    long queuedBytes() {
        lock.lock();
        try {
            return queuedBytes;
        } finally {
            lock.unlock();
        }
    }

    /// Takes `bytes`, the records up to `position`.
    ///
    /// @return an empty sink for the next
    ByteSink append(ByteSink bytes, long position) {
        return add(new Work(null, bytes, position, List.of()));
    }

    /// The next file begins with `bytes`; once it is forced, `dead` are deleted.
    ByteSink begin(Segment next, ByteSink bytes, long position, List<String> dead) {
        return add(new Work(next, bytes, position, dead));
    }

    private ByteSink add(Work work) {
        lock.lock();
        try {
            queuedBytes += work.bytes.length();
            Work tail = queue.peekLast();
            if (tail != null && work.begins == null && tail.bytes.length() < JOINED_BYTES) {
                tail.bytes.append(work.bytes.array(), 0, work.bytes.length());
                queue.removeLast();
                queue.add(new Work(tail.begins, tail.bytes, work.position, tail.dead));
                return reusable(work.bytes);
            }
            queue.add(work);
            changed.signal();
            ByteSink next = spare;
            spare = new ByteSink(0);
            return reusable(next);
        } finally {
            lock.unlock();
        }
    }

    private static ByteSink reusable(ByteSink sink) {
        int capacity = sink.array().length;
        if (capacity == 0 || capacity > KEPT_BYTES) {
            return new ByteSink(4 << 10);
        }
        sink.clear();
        return sink;
    }

    private void run() {
        while (awaitWork()) {
            work();
            wake.run();
        }
    }

    private boolean awaitWork() {
        lock.lock();
        try {
            if (reserve.isFull()) {
                awaitWorkOrRoom();
            }
            while (queue.isEmpty() && !closing && !reserve.isFull()) {
                changed.awaitUninterruptibly();
            }
            return !(queue.isEmpty() && closing) && failure == null;
        } finally {
            lock.unlock();
        }
    }

    /// A full disk may have room again, and who waits for it writes nothing: it is time to look.
    private void awaitWorkOrRoom() {
        try {
            long left = LOOK_NANOS;
            while (queue.isEmpty() && !closing && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does; the next look comes the sooner
        }
    }

    /// Writes and forces what has gathered, on the calling thread: on this one's own, or where none
    /// was started on the owner's.
    void work() {
        List<Work> batch = take();
        if (failure != null || (batch.isEmpty() && !reserve.isFull())) {
            return;
        }
        try {
            if (batch.isEmpty()) {
                reserve.check();
            } else {
                write(batch);
            }
        } catch (IOException | RuntimeException | Error e) { // or nobody would know of it
            failure =
                    new StoreException(
                            "the journal in "
                                    + disk.name()
                                    + " cannot be written: "
                                    + e
                                    + ". What was accepted is kept; make room or mend the disk, and"
                                    + " open the client again",
                            e);
        }
    }

    private List<Work> take() {
        lock.lock();
        try {
            List<Work> batch = List.copyOf(queue);
            queue.clear();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Work> batch) throws IOException {
        boolean unforced = false;
        long bytes = 0;
        for (Work work : batch) {
            if (work.begins != null) {
                begin(work, work.begins);
            } else {
                write(work.bytes);
                written = new Written(written.firstPosition, written.bytes + work.bytes.length());
                unforced = true;
            }
            bytes += work.bytes.length();
        }
        if (unforced && power) {
            file.force();
        }
        durable = batch.getLast().position;
        sinceCheck += bytes;
        if (sinceCheck >= reserve.checkBytes()) {
            sinceCheck = 0;
            reserve.check();
        }
        ByteSink free = batch.getLast().bytes;
        lock.lock();
        try {
            queuedBytes -= bytes;
            if (spare.array().length == 0 && free.array().length <= KEPT_BYTES) {
                free.clear();
                spare = free;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Any thread.
    long writtenBytes() {
        return writtenBytes.sum();
    }

    /// Where others have taken the room since the last look, the reserve makes up for it.
    private void write(ByteSink sink) throws IOException {
        writtenBytes.add(sink.length());
        ByteBuffer bytes = ByteBuffer.wrap(sink.array(), 0, sink.length());
        try {
            file.write(bytes);
        } catch (IOException e) {
            if (!reserve.makeRoom(bytes.remaining())) {
                throw e;
            }
            file.write(bytes); // goes on behind what was written of it
        }
    }

    /// The old file is forced before the new one is there, and the new one before the old ones are
    /// gone, whatever the durability: this is what recovery relies on.
    private void begin(Work work, Segment next) throws IOException {
        file.force();
        file.close();
        reserve.makeRoom(work.bytes.length());
        file = disk.create(next.name());
        write(work.bytes);
        file.force();
        disk.forceNames();
        Newest.of(next).write(disk);
        written = new Written(next.firstPosition(), work.bytes.length());
        for (String name : work.dead) {
            disk.deleteIfThere(name);
        }
        reserve.check();
    }

    /// Writes what is left, and ends the thread; then only the caller writes.
    void finish() {
        lock.lock();
        try {
            closing = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        joinUninterruptibly();
        work(); // where no thread was started
    }

    void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new StoreException("the journal in " + disk.name() + " cannot be closed", e);
        }
    }

    private void joinUninterruptibly() {
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
    }
}
