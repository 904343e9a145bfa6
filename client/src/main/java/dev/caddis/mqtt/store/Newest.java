package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;

/// The file `newest`: which segment is the present one, written once that is forced.
///
/// Where the segment it names is gone or cannot be read, it was there: that is damage. A later one
/// that cannot be read was only about to be begun when the power went.
///
/// ```
/// the head of the segment 20 | one record, at the segment's first position: end of checkpoint 8
/// ```
///
/// @param salt of the segment
/// @param checkpointEnd of the segment
record Newest(long firstPosition, long salt, long checkpointEnd) {

    static final String NAME = "newest";
    static final String NEXT = "newest.next";

    static Newest of(Segment segment) {
        return new Newest(segment.firstPosition(), segment.salt(), segment.checkpointEnd());
    }

    /// Takes the place of what was there, all of it or not at all.
    void write(Disk disk) throws IOException {
        ByteSink sink = new ByteSink(64);
        Segment.head(salt, sink);
        int start = Frame.begin(firstPosition, sink);
        sink.eightBytes(checkpointEnd);
        new Frame(salt).end(start, sink);
        disk.deleteIfThere(NEXT);
        try (Disk.Writer file = disk.create(NEXT)) {
            file.write(ByteBuffer.wrap(sink.array(), 0, sink.length()));
            file.force();
        }
        disk.rename(NEXT, NAME);
        disk.forceNames();
    }

    /// @return `null` where there is none
    /// @throws DamagedException when there is one that cannot be read
    static @Nullable Newest read(Disk disk) throws IOException, DamagedException {
        try (Disk.Reader file = disk.open(NAME)) {
            long salt = Segment.salt(NAME + " in " + disk.name(), file);
            ByteBuffer bytes = ByteBuffer.allocate(Segment.HEAD + Frame.HEAD + 2 * Long.BYTES);
            Unreadable.asZeroes(file, bytes, 0, () -> {});
            ByteBuffer record =
                    new Frame(salt).next(bytes.flip().position(Segment.HEAD), 0, Long.MAX_VALUE);
            if (record == null || record.remaining() != 2 * Long.BYTES) {
                throw new DamagedException("it has no record");
            }
            return new Newest(record.getLong(), salt, record.getLong());
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
