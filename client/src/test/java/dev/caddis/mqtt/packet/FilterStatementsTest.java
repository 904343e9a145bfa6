package dev.caddis.mqtt.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/// The statements about topic names and filters (4.7, 4.8.2), as an application may write them.
class FilterStatementsTest {

    @Test
    void a_multi_level_wildcard_stands_alone_and_last() { // [MQTT-4.7.1-1], 3.1.1: [MQTT-4.7.1-2]
        filters("#", "/#", "a/#", "a/b/#", "+/#");
        noFilters("a#", "#a", "a/#b", "a/b#", "#/a", "a/#/b", "##", "#/#", "#/");
    }

    @Test
    void a_single_level_wildcard_takes_a_whole_level() { // [MQTT-4.7.1-2], 3.1.1: [MQTT-4.7.1-3]
        filters("+", "/+", "+/", "a/+", "a/+/b", "+/+", "+/a/#");
        noFilters("a+", "+a", "a/+b", "a/b+/c", "++", "+#");
    }

    @Test
    void a_shared_filter_begins_with_share_and_a_name() { // [MQTT-4.8.2-1]
        filters("$share/g/a", "$share/group name/a/b", "$share", "$shared/a");
        assertThat(new TopicFilter("$share/g/a").isShared()).isTrue();
        assertThat(new TopicFilter("$shared/a").isShared()).isFalse();
        assertThat(new TopicFilter("$share").isShared()).isFalse();
        noFilters("$share//a", "$share/", "$share//");
    }

    @Test
    void a_share_name_has_no_wildcard_and_a_filter_behind_it() { // [MQTT-4.8.2-2]
        filters("$share/g/+", "$share/g/#", "$share/g//");
        noFilters("$share/g", "$share/g/", "$share/g+/a", "$share/+/a", "$share/g#/a", "$share/#");
    }

    @Test
    void no_topic_name_holds_a_wildcard() { // [MQTT-4.7.0-1], 3.1.1: [MQTT-4.7.1-1]
        for (String name : new String[] {"#", "+", "a/#", "a/+/b", "a#", "a+b"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> new TopicName(name));
        }
        assertThat(new TopicName("a/b c/$d/").value()).isEqualTo("a/b c/$d/");
    }

    private static void filters(String... filters) {
        for (String filter : filters) {
            assertThat(new TopicFilter(filter).value()).isEqualTo(filter);
        }
    }

    private static void noFilters(String... filters) {
        for (String filter : filters) {
            assertThatIllegalArgumentException()
                    .as(filter)
                    .isThrownBy(() -> new TopicFilter(filter));
        }
    }
}
