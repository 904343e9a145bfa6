package dev.caddis.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @CsvSource({
        "sport/#, sport",
        "sport/#, sport/",
        "sport/#, sport/tennis/player1",
        "#, sport/tennis",
        "#, /",
        "sport/+, sport/tennis",
        "sport/+, sport/",
        "+/+, /finance",
        "/+, /finance",
        "+/tennis/#, sport/tennis",
        "sport/+/player1, sport/tennis/player1",
        "+/+/#, a/b",
        "$SYS/#, $SYS",
        "$SYS/+, $SYS/uptime",
        "$share/group/sport/#, sport/tennis",
        "$share, $share",
        "a/b, a/b"
    })
    void a_filter_matches(String filter, String topic) {
        assertThat(new TopicFilter(filter).matches(topic)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "sport/#, sports",
        "sport/#, spor",
        "sport/+, sport",
        "sport/+, sport/tennis/player1",
        "+, /finance",
        "+, a/b",
        "#, $SYS/uptime",
        "+/uptime, $SYS/uptime",
        "$share/group/#, $SYS/uptime",
        "a/b, A/b",
        "a/b, a",
        "a/b, a/b/",
        "a/b, a/bc",
        "a/bc, a/b"
    })
    void a_filter_does_not_match(String filter, String topic) {
        assertThat(new TopicFilter(filter).matches(topic)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a/#/b",
                "a#",
                "a/#b",
                "##",
                "a+",
                "a/+b",
                "++",
                "$share/group",
                "$share/group/",
                "$share//a",
                "$share/gr+oup/a",
                "$share/group/a#",
                "a\0"
            })
    void a_filter_against_the_rules_is_refused(String filter) {
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicFilter(filter));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#", "+", "a\0", "\uD800", "\uDC00\uD800"})
    void a_topic_name_against_the_rules_is_refused(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicName(name));
    }

    @Test
    void a_topic_name_has_at_most_65535_bytes() {
        assertThat(new TopicName("ä".repeat(32_767) + "a").value()).hasSize(32_768);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TopicName("ä".repeat(32_768)))
                .withMessageContaining("65536 bytes");
    }
}
