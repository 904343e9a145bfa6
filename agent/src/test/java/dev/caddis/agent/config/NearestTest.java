package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class NearestTest {

    @Test
    void a_swap_of_neighbours_is_one_change() {
        assertThat(Nearest.distance("brokres", "brokers")).isEqualTo(1);
        assertThat(Nearest.distance("", "abc")).isEqualTo(3);
        assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
    }

    @Test
    void the_word_with_the_fewest_changes_is_meant() {
        assertThat(Nearest.of("topic", List.of("tls", "topics", "log"))).contains("topics");
        assertThat(Nearest.of("Key-Password", List.of("key", "key_password")))
                .contains("key_password");
    }

    @Test
    void nothing_is_guessed_from_far_away() {
        assertThat(Nearest.of("colour", List.of("log", "tls"))).isEmpty();
        assertThat(Nearest.of("a", List.of("ca", "id"))).contains("ca");
        assertThat(Nearest.of("a", List.of("key", "id"))).isEmpty();
    }
}
