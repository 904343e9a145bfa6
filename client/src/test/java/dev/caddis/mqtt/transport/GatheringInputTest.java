package dev.caddis.mqtt.transport;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

class GatheringInputTest {

    private final Queue<String> pieces = new ArrayDeque<>();
    private final List<String> story = new ArrayList<>();
    private final GatheringInput input = new GatheringInput(new Network());

    /// Gives one piece a read, however much room there is, then the end.
    private final class Network extends InputStream {
        @Override
        public int read() {
            throw new AssertionError("a byte at a time is what gathering is to prevent");
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            String piece = pieces.poll();
            story.add(piece == null ? "end" : "read " + piece);
            return piece == null
                    ? -1
                    : new ByteArrayInputStream(piece.getBytes(US_ASCII))
                            .read(bytes, offset, length);
        }
    }

    private String take(int count) throws IOException {
        byte[] bytes = new byte[count];
        int taken = input.read(bytes, 0, count);
        return taken < 0 ? "nothing" : new String(bytes, 0, taken, US_ASCII);
    }

    @Test
    void what_arrived_together_costs_one_read() throws IOException {
        pieces.add("abcdef");

        assertThat(List.of(take(2), take(3), take(5))).containsExactly("ab", "cde", "f");

        assertThat(story).containsExactly("read abcdef");
    }

    @Test
    void bytes_at_hand_are_given_without_waiting_for_as_many_as_were_asked_for()
            throws IOException {
        pieces.addAll(List.of("ab", "cd"));

        assertThat(take(4)).isEqualTo("ab");

        assertThat(story).containsExactly("read ab");
    }

    @Test
    void the_reader_is_told_before_each_wait_and_at_no_other_time() throws IOException {
        pieces.addAll(List.of("abc", "d"));
        input.beforeWaiting(() -> story.add("wait"));

        take(1);
        assertThat(input.read()).isEqualTo('b');
        take(1);
        take(1);
        assertThat(take(1)).isEqualTo("nothing");

        assertThat(story).containsExactly("wait", "read abc", "wait", "read d", "wait", "end");
    }

    @Test
    void a_large_read_goes_past_the_buffer_and_is_told_as_well() throws IOException {
        pieces.add("abc");
        input.beforeWaiting(() -> story.add("wait"));

        assertThat(take(1 << 20)).isEqualTo("abc");
        assertThat(take(1 << 20)).isEqualTo("nothing");

        assertThat(story).containsExactly("wait", "read abc", "wait", "end");
    }

    @Test
    void the_end_stays_the_end() throws IOException {
        assertThat(input.read()).isEqualTo(-1);
        assertThat(take(1)).isEqualTo("nothing");
    }
}
