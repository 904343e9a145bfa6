package dev.caddis.mqtt.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.session.Change;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

class SegmentReaderTest {

    private static final int MESSAGES = 60;
    private static final int CHUNK = 256 << 10; // read at once
    private static final int LENGTH = 1_000_000; // of the records that the payloads seem to begin

    /// A file in memory that keeps the longest read.
    private static final class MemoryFile implements Disk.Reader {
        private final byte[] content;
        private int longest;

        MemoryFile(byte[] content) {
            this.content = content;
        }

        @Override
        public long size() {
            return content.length;
        }

        @Override
        public int read(ByteBuffer bytes, long position) {
            int count = Math.min(bytes.remaining(), content.length - (int) position);
            longest = Math.max(longest, count);
            bytes.put(content, (int) position, count);
            return count;
        }

        @Override
        public void close() {}
    }

    /// Messages whose payloads are numbers, as a device sends them.
    private static byte[] numbers() {
        ByteBuffer payload = ByteBuffer.allocate(40_000);
        while (payload.hasRemaining()) {
            payload.putInt(LENGTH);
        }
        ByteSink sink = new ByteSink(1000);
        Segment.head(1, sink);
        Frame frame = new Frame(1);
        for (long sequence = 1; sequence <= MESSAGES; sequence++) {
            int start = Frame.begin(sequence, sink);
            Entry.write(
                    new Change.Accepted(sequence, Journals.message(payload.array()), 0, null),
                    sequence,
                    0,
                    sink);
            frame.end(start, sink);
        }
        return Arrays.copyOf(sink.array(), sink.length());
    }

    /// Each of them that was checked would be read ahead, and again from the next byte on.
    @Test
    void behind_a_damaged_byte_numbers_that_look_like_lengths_are_not_taken_for_records()
            throws IOException {
        byte[] content = numbers();
        content[Segment.HEAD + 100] ^= 1;
        MemoryFile file = new MemoryFile(content);
        SegmentReader reader = new SegmentReader(file, 1, 1);

        List<Long> found = new ArrayList<>();
        for (SegmentReader.Found next = reader.next(file.size());
                next != null;
                next = reader.next(file.size())) {
            found.add(next.position());
        }

        assertThat(found)
                .containsExactlyElementsOf(LongStream.rangeClosed(2, MESSAGES).boxed().toList());
        assertThat(file.longest).isEqualTo(CHUNK);
    }
}
