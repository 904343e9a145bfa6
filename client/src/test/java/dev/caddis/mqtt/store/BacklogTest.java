package dev.caddis.mqtt.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The reader of older messages beside an owner and a writer that are ahead of each other.
class BacklogTest {

    private static final Segment FIRST = new Segment(1, 11, 1, 2, false);
    private static final Segment SECOND = new Segment(6, 22, 4, 7, false);
    private static final Segment THIRD = new Segment(10, 33, 6, 11, false);

    @TempDir private Path folder;
    private FolderDisk disk;
    private Segments segments;
    private Backlog backlog;
    private final Map<Long, Long> written = new HashMap<>(); // bytes, by first position

    @BeforeEach
    void open() {
        disk = FolderDisk.open(folder);
        segments = new Segments(disk);
        backlog =
                new Backlog(
                        disk,
                        segments,
                        segment -> written.getOrDefault(segment.firstPosition(), 0L));
    }

    @AfterEach
    void close() throws IOException {
        backlog.close();
        disk.close();
    }

    /// A file with a checkpoint of one change, and messages behind it.
    private void write(Segment segment, long... sequences) throws IOException {
        var begun =
                new Segment.Begun(
                        segment.firstSequence(),
                        segment.checkpointEnd(),
                        Instants.NONE,
                        true,
                        "",
                        "pump",
                        List.of());
        ByteSink sink = new ByteSink(1000);
        Segment.begin(segment, begun, new SessionState().checkpoint(), sink);
        Frame frame = new Frame(segment.salt());
        long position = segment.checkpointEnd();
        for (long sequence : sequences) {
            int start = Frame.begin(++position, sink);
            Entry.write(
                    new Change.Accepted(sequence, Journals.message(new byte[9]), 0, null),
                    sequence,
                    0,
                    sink);
            frame.end(start, sink);
        }
        try (Disk.Writer file = disk.create(segment.name())) {
            file.write(ByteBuffer.wrap(sink.array(), 0, sink.length()));
        }
        written.put(segment.firstPosition(), (long) sink.length());
    }

    private void isWhole(Segment segment) {
        written.put(segment.firstPosition(), Long.MAX_VALUE);
    }

    private long next(long from) throws IOException {
        Entry next = backlog.next(from);
        return next == null ? 0 : next.sequence();
    }

    @Test
    void a_segment_that_is_listed_and_not_yet_begun_is_neither_gone_nor_damage()
            throws IOException {
        write(FIRST, 1, 2);
        segments.add(FIRST);
        assertThat(next(1)).isEqualTo(1);
        segments.add(SECOND); // the owner's part: the writer has still to write the rest of FIRST

        assertThat(next(2)).isEqualTo(2);
        assertThat(next(3)).isZero();
        assertThat(next(4)).isZero();
        assertThat(segments.takeDamages()).isEmpty();
        assertThat(disk.names()).containsExactly(FIRST.name());
    }

    @Test
    void what_is_written_later_is_read() throws IOException {
        write(FIRST, 1, 2);
        segments.add(FIRST);
        segments.add(SECOND);
        assertThat(next(1)).isEqualTo(1);
        assertThat(next(2)).isEqualTo(2);
        assertThat(next(3)).isZero();
        disk.delete(FIRST.name());
        write(FIRST, 1, 2, 3);
        backlog.close(); // the file is another one now
        assertThat(next(3)).isEqualTo(3);
        write(SECOND, 4, 5);
        isWhole(FIRST);

        assertThat(next(4)).isEqualTo(4);
        assertThat(next(5)).isEqualTo(5);
        assertThat(next(6)).isZero();
        assertThat(segments.takeDamages()).isEmpty();
    }

    @Test
    void a_segment_without_messages_whose_file_is_deleted_is_passed_over() throws IOException {
        write(FIRST, 1, 2, 3);
        write(THIRD, 6);
        isWhole(FIRST);
        isWhole(SECOND);
        segments.add(FIRST);
        segments.add(SECOND.withoutMessages());
        segments.add(THIRD);

        assertThat(next(1)).isEqualTo(1);
        assertThat(next(2)).isEqualTo(2);
        assertThat(next(3)).isEqualTo(3);
        assertThat(next(4)).isEqualTo(6);
        assertThat(segments.takeDamages()).isEmpty();
    }

    @Test
    void a_segment_whose_file_is_gone_is_told_and_no_other_is_called_damaged() throws IOException {
        write(FIRST, 1, 2, 3);
        write(THIRD, 6);
        isWhole(FIRST);
        isWhole(SECOND);
        List.of(FIRST, SECOND, THIRD).forEach(segments::add);

        assertThat(next(1)).isEqualTo(1);
        assertThat(next(4)).isEqualTo(6);
        assertThat(segments.takeDamages())
                .extracting(JournalDamage::file)
                .containsExactly(SECOND.name());
    }
}
