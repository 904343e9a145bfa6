package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Each file of `transcripts` is a story: inputs, and every effect that follows. What a session
/// really did is left in `target/transcripts`, to be compared and, where it is right, taken over.
class TranscriptTest {

    private static final Path STORIES = Path.of("src", "test", "resources", "transcripts");
    private static final Path ACTUAL = Path.of("target", "transcripts");

    @TestFactory
    List<DynamicTest> every_story_ends_as_written() throws IOException {
        try (Stream<Path> files = Files.list(STORIES)) {
            return files.sorted()
                    .map(file -> DynamicTest.dynamicTest(name(file), () -> compare(file)))
                    .toList();
        }
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static void compare(Path file) throws IOException {
        String written = Files.readString(file);
        String actual = Transcript.play(written);
        Files.createDirectories(ACTUAL);
        Files.writeString(ACTUAL.resolve(name(file)), actual);
        assertThat(actual).as("what really happens in " + file).isEqualTo(written);
    }

    @Test
    void an_effect_that_is_not_written_down_is_a_difference() {
        assertThat(Transcript.play("start\n"))
                .isEqualTo(
                        """
                        start
                        > dial 1 v5
                        """);
    }

    @Test
    void a_word_that_nothing_understands_fails() {
        assertThatThrownBy(() -> Transcript.play("submit qso=1\n"))
                .hasMessage("nothing uses [qso] of: submit qso=1");
    }
}
