package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.file.Path;
import java.util.List;

class HintsTest {

    private static final Issued VIEWER =
            new Issued(Path.of("/d e/viewer.pem"), Path.of("/d e/viewer.key"), Path.of("/x"));

    @Test
    void a_command_for_a_second_terminal_is_printed_where_the_broker_stays_for_it() {
        assertThat(second(0, false))
                .containsExactly(
                        "in a second terminal, the same readings, until Ctrl-C:",
                        "  ../caddis sub --broker mqtts://localhost:1 --ca /ca.pem --cert '/d"
                                + " e/viewer.pem' --key '/d e/viewer.key' -t 'demo-device/#' -v");
        assertThat(second(5, true)).anyMatch(line -> line.startsWith("  ../caddis sub "));
    }

    @Test
    void a_run_that_ends_by_itself_and_deletes_everything_says_how_to_get_it() {
        assertThat(second(5, false))
                .containsExactly(
                        "(for a second terminal: ../caddis demo --cycles 0 goes on until Ctrl-C and"
                                + " prints the command)");
    }

    @Test
    void a_word_is_quoted_for_a_shell_where_it_must_be() {
        assertThat(Hints.word("/usr/bin/caddis")).isEqualTo("/usr/bin/caddis");
        assertThat(Hints.word("/it's $HOME")).isEqualTo("'/it'\\''s $HOME'");
        assertThat(Hints.word("")).isEqualTo("''");
    }

    private static List<String> second(int cycles, boolean kept) {
        return new Hints("../caddis")
                .secondTerminal(
                        cycles,
                        kept,
                        "demo-device",
                        "mqtts://localhost:1",
                        Path.of("/ca.pem"),
                        VIEWER);
    }
}
