package dev.caddis.mqtt.store;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// Reads the records of one segment in order. Where a record is damaged it says so, and goes on
/// with the next that is whole.
///
/// One thread at a time uses it. What [#next] returned is valid until the next call.
final class SegmentReader implements Closeable {

    private static final int CHUNK = 256 << 10;
    private static final int RECORD_MAX = 300 << 20; // the largest packet of MQTT has 256 MiB

    /// A record.
    ///
    /// @param content without the position
    /// @param damaged bytes before the record that belong to none
    record Found(long position, ByteBuffer content, long damaged) {}

    private final Disk.Reader file;
    private final Frame frame;
    private final long before;
    private ByteBuffer bytes = ByteBuffer.allocate(0);
    private long offset = Segment.HEAD; // of the first byte of the file behind `bytes`
    private long lastPosition;
    private boolean unreadable;

    /// @param firstPosition of the segment
    SegmentReader(Disk.Reader file, long salt, long firstPosition) {
        this.file = file;
        this.frame = new Frame(salt);
        this.before = firstPosition - 1;
        this.lastPosition = before;
    }

    /// Where in the file the next record is looked for.
    long offset() {
        return offset - bytes.remaining();
    }

    /// Whether the disk could not read a part of what was read of the file.
    boolean isUnreadable() {
        return unreadable;
    }

    long size() throws IOException {
        return file.size();
    }

    /// The next record that ends at `limit` of the file or before; `null` where there is none.
    /// Damage at the end is left there: as the end of what a power cut tore, it may be no damage.
    @Nullable Found next(long limit) throws IOException {
        long begin = offset();
        while (true) {
            ByteBuffer record = whole(limit);
            if (record != null) {
                lastPosition = record.getLong(0);
                long damaged = offset() - Frame.HEAD - record.limit() - begin;
                return new Found(
                        lastPosition,
                        record.slice(Frame.POSITION, record.limit() - Frame.POSITION),
                        damaged);
            }
            if (!skipByte(limit)) {
                restart(begin);
                return null;
            }
        }
    }

    private boolean skipByte(long limit) throws IOException {
        if (!bytes.hasRemaining() && !fill(1, limit)) {
            return false;
        }
        bytes.get();
        return true;
    }

    /// @return the record at the present place if it is all there and right; then moves behind it
    private @Nullable ByteBuffer whole(long limit) throws IOException {
        long most = before + limit / Frame.RECORD_MIN + 1;
        fill(Frame.RECORD_MIN, limit);
        if (!Frame.mayBegin(bytes, lastPosition, most)) {
            return null;
        }
        fill(Frame.announced(bytes), limit);
        return frame.next(bytes, lastPosition, most);
    }

    /// Reads on, where `wanted` bytes from the present place are in the file and not yet here.
    private boolean fill(long wanted, long limit) throws IOException {
        if (wanted <= bytes.remaining() || wanted > Math.min(RECORD_MAX, limit - offset())) {
            return false;
        }
        int kept = bytes.remaining();
        int capacity = (int) Math.max(wanted, Math.min(CHUNK, kept + limit - offset));
        ByteBuffer more = ByteBuffer.allocate(capacity);
        more.put(bytes);
        more.limit((int) Math.min(capacity, kept + limit - offset));
        int read = Unreadable.asZeroes(file, more, offset, () -> unreadable = true);
        offset += read;
        bytes = more.limit(kept + read).position(0);
        return read > 0;
    }

    private void restart(long at) {
        offset = at;
        bytes = ByteBuffer.allocate(0);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
