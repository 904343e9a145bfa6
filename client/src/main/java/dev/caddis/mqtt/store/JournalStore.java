package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Keeps a session in files, so that it survives the process, or a power cut as well.
///
/// The owner encodes changes into memory and hands them to the [JournalWriter] once a round. The
/// newest accepted messages stay in memory; what is older is read back from the files by the
/// [BacklogReader] when the session comes to it. Memory does not grow with the outbox.
///
/// Every few megabytes a new [Segment] begins with a checkpoint, and segments without a message
/// that is still to be sent are deleted: messages in open exchanges stand in the checkpoint.
public final class JournalStore implements SessionStore {

    /// A segment has so many times the size of its checkpoint at least.
    private static final int CHECKPOINT_PARTS = 4;

    /// Handed over and not yet durable, in bytes, above which no more is to come.
    private static final long BEHIND_BYTES = 16L << 20;

    private record Recent(long position, Stored message) {}

    private final Disk disk;
    private final JournalSettings settings;
    private final LongSupplier salts;
    private final LongSupplier wallMillis;
    private final JournalWriter writer;
    private final BacklogReader backlog;
    private final Segments segments; // any thread
    private final SessionState recovered;
    private final long clockNanos;

    private Frame frame = new Frame(0); // the present segment's, from the first on
    private ByteSink filling = new ByteSink(4 << 10);
    private long position;
    private long segmentBytes;
    private long renewAt;
    private long renewEarlyAt; // where the disk is full
    private long lastCursor; // of the present segment's checkpoint
    private Instants now;
    private long acceptedMessages; // ever
    private Segment present;
    private long acceptedBefore; // it
    private long acceptedBytes;
    private final ArrayDeque<Recent> recent = new ArrayDeque<>();
    private long recentBytes;
    private long recentFrom; // every accepted message from here on is in `recent`

    /// Recovers what the disk has, or begins a journal where it has none.
    ///
    /// @param salts gives a number that was not used before, for each segment
    /// @param wallMillis the time since 1970, in milliseconds
    /// @throws StoreException when the disk cannot be used, or holds what this version or this
    ///   client cannot go on with
    public static JournalStore open(
            Disk disk, JournalSettings settings, LongSupplier salts, LongSupplier wallMillis) {
        try {
            return new JournalStore(disk, settings, salts, wallMillis);
        } catch (IOException e) {
            throw new StoreException(
                    "the journal in "
                            + disk.name()
                            + " cannot be opened: "
                            + e
                            + ". What it holds is kept; make room or mend the disk, and open it"
                            + " again",
                    e);
        }
    }

    private JournalStore(
            Disk disk, JournalSettings settings, LongSupplier salts, LongSupplier wallMillis)
            throws IOException {
        this.disk = disk;
        this.settings = settings;
        this.salts = salts;
        this.wallMillis = wallMillis;
        segments = new Segments(disk);
        var recovery = new Recovery(disk, settings, segments);
        recovery.run();
        recovered = recovery.state();
        acceptedMessages = recovered.acceptedMessages();
        acceptedBytes = recovered.acceptedBytes();
        recentFrom = recovered.lastAccepted() + 1;
        long wall = wallMillis.getAsLong();
        clockNanos = recovery.instants().sessionAt(wall);
        now = new Instants(clockNanos, wall);
        var reserve = new Reserve(disk, settings.segmentBytes(), settings.minFreeBytes());
        position = recovery.nextPosition() - 1;
        List<String> dead = segments.removeDead(recovery.firstCursor());
        present = next(recovered);
        reserve.makeRoom(filling.length());
        Disk.Writer file = begun(present, dead, reserve);
        filling.clear();
        segments.add(present);
        writer =
                new JournalWriter(
                        disk, settings.power(), reserve, present, file, segmentBytes, position);
        backlog = new BacklogReader(disk, segments, writer);
    }

    private Disk.Writer begun(Segment present, List<String> dead, Reserve reserve)
            throws IOException {
        disk.deleteIfThere(present.name()); // only about to be begun, when the power went
        Disk.Writer file = disk.create(present.name());
        try {
            file.write(ByteBuffer.wrap(filling.array(), 0, filling.length()));
            file.force();
            disk.forceNames();
            Newest.of(present).write(disk);
            for (String name : dead) {
                disk.deleteIfThere(name);
            }
            reserve.check();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public SessionState recover() {
        return recovered;
    }

    @Override
    public long clockNanos() {
        return clockNanos;
    }

    @Override
    public long writtenBytes() {
        return writer.writtenBytes();
    }

    @Override
    public List<JournalDamage> takeDamages() {
        return segments.takeDamages();
    }

    @Override
    public Room room() {
        if (writer.isFull()) {
            return Room.FULL;
        }
        return writer.queuedBytes() > BEHIND_BYTES ? Room.BEHIND : Room.PLENTY;
    }

    @Override
    public void onProgress(Runnable wake) {
        writer.start(wake);
        backlog.start(wake);
    }

    @Override
    public long append(Change change) {
        int start = Frame.begin(++position, filling);
        if (change instanceof Change.Accepted accepted) {
            Entry.write(accepted, acceptedMessages, acceptedBytes, filling);
        } else {
            ChangeCodec.write(change, false, filling);
        }
        frame.end(start, filling);
        switch (change) {
            case Change.Accepted accepted -> remember(accepted);
            case Change.Dropped dropped -> forget(dropped.sequence());
            case Change.Sent sent -> forget(sent.sequence());
            case Change.Opened opened -> forget(opened.sequence());
            default -> {}
        }
        return position;
    }

    private void remember(Change.Accepted accepted) {
        recent.add(
                new Recent(
                        position,
                        new Stored(
                                accepted.sequence(),
                                accepted.message(),
                                accepted.acceptedAt(),
                                acceptedMessages,
                                acceptedBytes)));
        acceptedMessages++;
        acceptedBytes += SessionState.sizeOf(accepted.message());
        recentBytes += accepted.message().weight();
        trimRecent();
    }

    /// What is not written yet can be read from here only.
    private void trimRecent() {
        long written = writer.durable();
        while (recentBytes > settings.recentBytes() && recent.getFirst().position <= written) {
            removeFirst();
        }
    }

    private void forget(long upTo) {
        while (!recent.isEmpty() && recent.getFirst().message.sequence() <= upTo) {
            removeFirst();
        }
    }

    private void removeFirst() {
        Stored first = recent.removeFirst().message;
        recentBytes -= first.message().weight();
        recentFrom = first.sequence() + 1;
    }

    @Override
    public long durable() {
        return writer.durable();
    }

    @Override
    public @Nullable List<Stored> read(long fromSequence, int count) {
        if (fromSequence < recentFrom) {
            List<Stored> older = backlog.read(fromSequence, recentFrom, count);
            if (older == null || !older.isEmpty()) {
                return older;
            } // no message has the sequences up to recentFrom: they end with a process
        }
        List<Stored> messages = new ArrayList<>(Math.min(count, recent.size()));
        for (Recent each : recent) {
            if (messages.size() == count) {
                break;
            }
            if (each.message.sequence() >= fromSequence) {
                messages.add(each.message);
            }
        }
        return messages;
    }

    @Override
    public void settle(SessionState state, long nowNanos) {
        trimRecent(); // a burst that the disk has caught up with
        if (filling.length() == 0) {
            return;
        }
        now = new Instants(nowNanos, wallMillis.getAsLong());
        handOver(false);
        boolean early =
                segmentBytes > renewEarlyAt
                        && writer.isFull()
                        && segments.hasDead(state.cursor()); // deleted by the next but one
        if (segmentBytes > renewAt || early) {
            renew(state);
        }
    }

    private void handOver(boolean last) {
        int start = Frame.begin(++position, filling);
        new Forced(last ? position - 1 : writer.durable(), now, last).write(filling);
        frame.end(start, filling);
        segmentBytes += filling.length();
        filling = writer.append(filling, position);
    }

    private void renew(SessionState state) {
        if (acceptedMessages == acceptedBefore) {
            segments.empty(present);
        }
        List<String> dead = segments.removeDead(lastCursor);
        Segment next = next(state);
        segments.add(next);
        filling = writer.begin(next, filling, position, dead);
    }

    /// Begins a segment in `filling`: `position` and the like are as behind its checkpoint.
    private Segment next(SessionState state) {
        List<Change> checkpoint = state.checkpoint();
        long salt = salts.getAsLong();
        long first = position + 1;
        position = first + checkpoint.size();
        Segment next = new Segment(first, salt, state.lastAccepted() + 1, position, false);
        Segment.begin(
                next,
                new Segment.Begun(
                        next.firstSequence(),
                        position,
                        now,
                        settings.power(),
                        settings.boot(),
                        settings.clientId(),
                        segments.list()),
                checkpoint,
                filling);
        frame = new Frame(salt);
        segmentBytes = filling.length();
        renewAt = Math.max(settings.segmentBytes(), CHECKPOINT_PARTS * segmentBytes);
        renewEarlyAt = segmentBytes + Math.max(settings.segmentBytes() / 16, segmentBytes);
        lastCursor = state.cursor();
        present = next;
        acceptedBefore = acceptedMessages;
        return next;
    }

    /// Does what the store's threads do, as far as there is anything to do, on the calling thread:
    /// for a simulation, which has no threads and never calls [#onProgress].
    public void work() {
        writer.work();
        while (!backlog.work() && backlog.hasMore()) {
            // one message at a time
        }
    }

    @Override
    public @Nullable StoreException failure() {
        StoreException failure = writer.failure();
        return failure != null ? failure : backlog.failure();
    }

    @Override
    public void close() {
        if (filling.length() > 0) {
            handOver(false);
        }
        try (disk) { // whatever happens: the lock goes
            writer.finish();
            if (writer.failure() == null) {
                handOver(true); // alone: that it is there tells that all before it is
                writer.work();
            }
            writer.close();
            backlog.close();
        } catch (IOException e) {
            throw new StoreException("the journal in " + disk.name() + " cannot be closed", e);
        }
    }
}
