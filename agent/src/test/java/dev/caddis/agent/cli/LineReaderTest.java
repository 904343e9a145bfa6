package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

class LineReaderTest {

    @Test
    void empty_lines_are_lines_and_the_last_needs_no_end() throws IOException {
        assertThat(lines("a\n\nb")).containsExactly("a", "", "b");
        assertThat(lines("a\n\n")).containsExactly("a", "");
        assertThat(lines("\n")).containsExactly("");
        assertThat(lines("")).isEmpty();
    }

    @Test
    void bytes_stay_as_they_are() throws IOException {
        assertThat(lines("caf\u00e9\r\n\u00ff\u0000x\n"))
                .containsExactly("caf\u00e9\r", "\u00ff\u0000x");
    }

    @Test
    void a_line_may_be_longer_than_what_is_read_at_once() throws IOException {
        String big = "x".repeat(200_000);
        assertThat(lines(big + "\nb\n")).containsExactly(big, "b");
    }

    private static List<String> lines(String text) throws IOException {
        LineReader reader =
                new LineReader(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.ISO_8859_1));
        }
        return lines;
    }
}
