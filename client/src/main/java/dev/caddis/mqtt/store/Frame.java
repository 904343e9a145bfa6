package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// A record in a segment:
///
/// ```
/// length 4 | CRC32C 4 | position 8 | content ...
///                       '------- length -------'
/// ```
///
/// The check covers the salt of the segment, then position and content: bytes of another segment,
/// zeroes and what a power cut tore are no records. Positions grow by one a record, over all
/// segments.
final class Frame {

    static final int HEAD = 8;

    /// The shortest record: position and one byte.
    static final int RECORD_MIN = HEAD + 8 + 1;

    static final int POSITION = 8;

    private final long salt;
    private final CRC32C check = new CRC32C();
    private final ByteBuffer salted = ByteBuffer.allocate(8);

    Frame(long salt) {
        this.salt = salt;
    }

    /// Begins a record in `sink`; what is appended next is its content.
    ///
    /// @return where it begins, for [#end]
    static int begin(long position, ByteSink sink) {
        int start = sink.length();
        sink.eightBytes(0); // length and check, once they are known
        sink.eightBytes(position);
        return start;
    }

    void end(int start, ByteSink sink) {
        int length = sink.length() - start - HEAD;
        var head = ByteBuffer.wrap(sink.array(), start, HEAD);
        head.putInt(length);
        head.putInt(check(sink.array(), start + HEAD, length));
    }

    private int check(byte[] array, int from, int length) {
        check.reset();
        check.update(salted.putLong(0, salt).array(), 0, 8);
        check.update(array, from, length);
        return (int) check.getValue();
    }

    /// The record that begins at `bytes`' position, as a view of position and content; `null` where
    /// none does, or it is not all there. Moves `bytes` behind it, or not at all.
    ///
    /// @param after its position is higher than this
    /// @param most and not higher than this: most of what is no record is told by it
    @Nullable ByteBuffer next(ByteBuffer bytes, long after, long most) {
        if (!mayBegin(bytes, after, most)) {
            return null;
        }
        int start = bytes.position();
        int length = bytes.getInt(start);
        if (length > bytes.remaining() - HEAD) {
            return null;
        }
        int from = bytes.arrayOffset() + start + HEAD;
        if (bytes.getInt(start + 4) != check(bytes.array(), from, length)) {
            return null;
        }
        bytes.position(start + HEAD + length);
        return bytes.slice(start + HEAD, length);
    }

    /// Whether what begins at `bytes`' position looks like a record, without its check.
    static boolean mayBegin(ByteBuffer bytes, long after, long most) {
        if (bytes.remaining() < HEAD + POSITION || bytes.getInt(bytes.position()) <= POSITION) {
            return false;
        }
        long position = bytes.getLong(bytes.position() + HEAD);
        return position > after && position <= most;
    }

    /// The length of what [#mayBegin] at `bytes`' position, head included.
    static long announced(ByteBuffer bytes) {
        return HEAD + (long) bytes.getInt(bytes.position());
    }
}
