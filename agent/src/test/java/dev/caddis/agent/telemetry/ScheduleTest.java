package dev.caddis.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;

class ScheduleTest {

    private static final long START =
            Long.MAX_VALUE - Duration.ofSeconds(15).toNanos(); // wraps at 15 s

    private final TopicSettings tenSeconds = topic("ten", Duration.ofSeconds(10));
    private final TopicSettings threeSeconds = topic("three", Duration.ofSeconds(3));

    @Test
    void every_topic_is_due_at_once_and_then_at_its_interval() {
        Schedule schedule = new Schedule(List.of(tenSeconds, threeSeconds), START);

        assertThat(topicsDue(schedule, 0)).containsExactly("ten", "three");
        assertThat(topicsDue(schedule, 0)).isEmpty();
        assertThat(topicsDue(schedule, 2999)).isEmpty();
        assertThat(topicsDue(schedule, 3000)).containsExactly("three");
        assertThat(topicsDue(schedule, 6000)).containsExactly("three");
        assertThat(topicsDue(schedule, 9000)).containsExactly("three");
        assertThat(topicsDue(schedule, 10_000)).containsExactly("ten");
    }

    @Test
    void after_a_change_a_topic_with_the_same_interval_keeps_its_rhythm_and_others_are_due() {
        Schedule schedule = new Schedule(List.of(tenSeconds, threeSeconds), START);
        topicsDue(schedule, 0);

        TopicSettings slower = topic("three", Duration.ofSeconds(4));
        TopicSettings added = topic("added", Duration.ofSeconds(5));
        schedule.change(List.of(topic("ten", Duration.ofSeconds(10)), slower, added), at(1000));

        assertThat(topicsDue(schedule, 1000)).containsExactlyInAnyOrder("three", "added");
        assertThat(topicsDue(schedule, 4999)).isEmpty();
        assertThat(topicsDue(schedule, 5000)).containsExactly("three");
        assertThat(topicsDue(schedule, 6000)).containsExactly("added");
        assertThat(topicsDue(schedule, 9999)).containsExactly("three");
        assertThat(topicsDue(schedule, 10_000)).containsExactly("ten");
        schedule.change(List.of(), at(10_000));
        assertThat(schedule.nanosUntilNext(at(60_000))).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void late_samples_do_not_make_the_interval_drift() {
        Schedule schedule = new Schedule(List.of(tenSeconds), START);
        topicsDue(schedule, 0);

        for (int round = 1; round <= 1000; round++) {
            long late = round * 10_000L + round % 9000;
            assertThat(schedule.due(at(late))).containsExactly(new Schedule.Due(tenSeconds, 0));
            assertThat(schedule.nanosUntilNext(at(late)))
                    .isEqualTo(Duration.ofMillis(10_000 - round % 9000).toNanos());
        }
    }

    @Test
    void after_a_pause_there_is_one_sample_the_rest_is_counted_and_the_grid_is_kept() {
        Schedule schedule = new Schedule(List.of(tenSeconds), START);
        topicsDue(schedule, 0);

        // The process stood still from 4 s to 95 s: the points at 10, 20 ... 80 s passed unseen; 90
        // s is taken late.
        assertThat(schedule.due(at(95_000))).containsExactly(new Schedule.Due(tenSeconds, 8));
        assertThat(schedule.due(at(95_001))).isEmpty();
        assertThat(schedule.nanosUntilNext(at(95_001)))
                .isEqualTo(Duration.ofMillis(4999).toNanos());
        assertThat(schedule.due(at(100_000))).containsExactly(new Schedule.Due(tenSeconds, 0));
    }

    @Test
    void the_topic_that_waits_longest_comes_first() {
        Schedule schedule = new Schedule(List.of(tenSeconds, threeSeconds), START);
        topicsDue(schedule, 0);

        assertThat(topicsDue(schedule, 11_000)).containsExactly("three", "ten");
    }

    @Test
    void without_topics_nothing_is_ever_due() {
        Schedule schedule = new Schedule(List.of(), START);

        assertThat(schedule.due(at(0))).isEmpty();
        assertThat(schedule.nanosUntilNext(at(0))).isEqualTo(Long.MAX_VALUE);
    }

    private static long at(long millis) {
        return START + Duration.ofMillis(millis).toNanos();
    }

    private static List<String> topicsDue(Schedule schedule, long millis) {
        return schedule.due(at(millis)).stream().map(due -> due.topic().topic()).toList();
    }

    private static TopicSettings topic(String name, Duration every) {
        return new TopicSettings(
                name, every, Qos.AT_LEAST_ONCE, false, "ts", new LinkedHashMap<>());
    }
}
