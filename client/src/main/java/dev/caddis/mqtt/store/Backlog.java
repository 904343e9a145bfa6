package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.function.ToLongFunction;

/// Walks over the accepted messages of a journal, in order, over its segments. What it finds
/// damaged it sets aside, and goes on behind it.
///
/// One thread at a time uses it.
final class Backlog implements Closeable {

    private final Disk disk;
    private final Segments segments;
    private final ToLongFunction<Segment> written;
    private @Nullable Segment segment;
    private @Nullable SegmentReader reader;
    private long lastPosition;

    /// @param written bytes of a segment that may be read; `Long.MAX_VALUE` for all of the file
    Backlog(Disk disk, Segments segments, ToLongFunction<Segment> written) {
        this.disk = disk;
        this.segments = segments;
        this.written = written;
    }

    /// The first message at `from` or after; `null` where none is written.
    ///
    /// @param from never less than in the call before
    @Nullable Entry next(long from) throws IOException {
        skipTo(from);
        while (reader != null && segment != null) {
            Entry found = next(segment, reader, from);
            if (found != null || !goOn(segment)) {
                return found;
            }
        }
        return null;
    }

    /// As [#next], decoded.
    @Nullable Stored nextMessage(long from) throws IOException {
        Entry entry = next(from);
        while (entry != null) {
            try {
                return entry.decoded();
            } catch (DamagedException e) {
                setAside("message " + entry.sequence() + " cannot be read: " + e.getMessage());
            }
            entry = next(entry.sequence() + 1);
        }
        return null;
    }

    private void setAside(String what) throws IOException {
        if (segment != null) {
            segments.setAside(segment, what);
        }
    }

    private @Nullable Entry next(Segment at, SegmentReader in, long from) throws IOException {
        long whole = written.applyAsLong(at); // first: what is whole has an end
        long end = end(at);
        long limit = Math.min(whole, in.size());
        for (SegmentReader.Found found = in.next(limit); found != null; found = in.next(limit)) {
            if (found.position() >= end) {
                break;
            }
            requireNext(at, found.position(), lastPosition + 1);
            lastPosition = found.position();
            Entry entry = Entry.of(found.content());
            if (entry != null && entry.sequence() >= from) {
                return entry;
            }
        }
        if (end != Long.MAX_VALUE && whole == Long.MAX_VALUE) {
            requireNext(at, end, lastPosition + 1);
            lastPosition = end - 1;
        }
        return null;
    }

    private void requireNext(Segment at, long position, long expected) throws IOException {
        if (position > expected) {
            segments.setAside(
                    at, position - expected + " records from " + expected + " on are damaged");
        }
    }

    /// The position at which the next segment takes over.
    private long end(Segment at) {
        Segment next = after(at);
        return next == null ? Long.MAX_VALUE : next.firstPosition();
    }

    private @Nullable Segment after(Segment at) {
        for (Segment each : segments.list()) {
            if (each.firstPosition() > at.firstPosition()) {
                return each;
            }
        }
        return null;
    }

    private void skipTo(long from) throws IOException {
        Segment wanted = null;
        for (Segment each : segments.list()) {
            if (isBegun(each) && (wanted == null || each.firstSequence() <= from)) {
                wanted = each;
            }
        }
        if (wanted != null
                && (segment == null || wanted.firstPosition() > segment.firstPosition())) {
            open(wanted);
        }
    }

    /// @return whether there is another segment, which now is read
    private boolean goOn(Segment at) throws IOException {
        Segment next = after(at);
        if (next == null || !isBegun(next)) {
            return false;
        }
        open(next);
        return true;
    }

    /// The owner lists a segment before it is on the disk.
    private boolean isBegun(Segment segment) {
        return written.applyAsLong(segment) > 0;
    }

    private void open(Segment wanted) throws IOException {
        close();
        for (Segment next = wanted; next != null && isBegun(next); next = after(next)) {
            if (next.empty()) {
                continue;
            }
            try {
                reader =
                        new SegmentReader(
                                disk.open(next.name()), next.salt(), next.firstPosition());
                segment = next;
                lastPosition = next.firstPosition() - 1;
                return;
            } catch (NoSuchFileException e) {
                segments.missing(next);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
            reader = null;
            segment = null;
        }
    }
}
