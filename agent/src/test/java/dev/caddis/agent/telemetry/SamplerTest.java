package dev.caddis.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.FakeClock;
import dev.caddis.agent.source.Measurement;
import dev.caddis.agent.source.NoSuchPathException;
import dev.caddis.agent.source.Reading;
import dev.caddis.agent.source.ReadingFailedException;
import dev.caddis.agent.source.Source;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;

class SamplerTest {

    private final FakeClock clock = new FakeClock();
    private final Plc plc = new Plc();
    private final DeviceTree tree = DeviceTree.builder(clock.clocks()).mount("/plc", plc).build();
    private final List<String> published = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final FailedReadings failures = new FailedReadings(new Told());

    @AfterEach
    void close() {
        tree.close();
    }

    @Test
    void a_message_carries_the_readings_of_its_topic_and_when_they_were_taken() {
        Sampler sampler =
                sampler(topic("a", 10, "level", "plc/level"), topic("b", 10, "l", "/plc/level"));
        clock.pass(Duration.ofMillis(250));

        sampler.step(clock.nanos());

        assertThat(published)
                .containsExactly(
                        "a {\"ts\":\"2026-11-22T02:30:00.250Z\",\"level\":7}",
                        "b {\"ts\":\"2026-11-22T02:30:00.250Z\",\"l\":7}");
    }

    @Test
    void a_failing_source_gives_null_and_a_count_and_is_told_of_once() {
        Sampler sampler = sampler(topic("a", 10, "level", "plc/level"));
        plc.broken = true;
        sampler.step(clock.nanos());
        clock.pass(Duration.ofSeconds(10));
        sampler.step(clock.nanos());
        plc.broken = false;
        clock.pass(Duration.ofSeconds(10));
        sampler.step(clock.nanos());
        clock.pass(Duration.ofSeconds(10));
        sampler.step(clock.nanos());

        assertThat(published).hasSize(4).noneMatch(message -> message.contains("wire"));
        assertThat(published.get(1))
                .isEqualTo("a {\"ts\":\"2026-11-22T02:30:10.000Z\",\"level\":null}");
        assertThat(published.get(2)).endsWith("\"level\":7}");
        assertThat(failures.byPath()).containsExactly(Map.entry("/plc/level", 2L));
        assertThat(failures.total()).isEqualTo(2);
        assertThat(told)
                .containsExactly("/plc/level fails: the wire is cut", "/plc/level answers after 2");
    }

    @Test
    void after_a_pause_one_message_is_published_and_the_missed_ones_are_counted() {
        Sampler sampler = sampler(topic("a", 10, "level", "plc/level"));
        sampler.step(clock.nanos());
        clock.pass(Duration.ofSeconds(95));

        sampler.step(clock.nanos());
        sampler.step(clock.nanos());

        assertThat(published).hasSize(2);
        assertThat(sampler.missedSamples()).isEqualTo(8);
        assertThat(sampler.nanosUntilNext(clock.nanos()))
                .isEqualTo(Duration.ofSeconds(5).toNanos());
    }

    @Test
    void a_message_that_is_not_accepted_is_counted_and_the_other_topics_go_on() {
        Sampler sampler =
                sampler(
                        topic("refused", 10, "level", "plc/level"),
                        topic("b", 10, "l", "/plc/level"));

        sampler.step(clock.nanos());

        assertThat(published).hasSize(1);
        assertThat(sampler.refusedMessages()).isEqualTo(1);
    }

    @Test
    void a_slow_source_delays_the_next_topic_and_its_time_says_so() {
        Sampler sampler =
                sampler(topic("a", 10, "slow", "plc/slow"), topic("b", 10, "l", "/plc/level"));

        sampler.step(clock.nanos());

        assertThat(published)
                .containsExactly(
                        "a {\"ts\":\"2026-11-22T02:30:00.000Z\",\"slow\":1}",
                        "b {\"ts\":\"2026-11-22T02:30:04.000Z\",\"l\":7}");
    }

    private Sampler sampler(TopicSettings... topics) {
        Outlet outlet =
                (topic, payload) -> {
                    if (topic.topic().equals("refused")) {
                        throw new IllegalStateException("too large");
                    }
                    published.add(topic.topic() + " " + text(payload));
                };
        return new Sampler(
                new Schedule(List.of(topics), clock.nanos()), tree, outlet, clock::now, failures);
    }

    private static String text(Bytes payload) {
        return payload.asUtf8();
    }

    private static TopicSettings topic(String name, int everySeconds, String field, String path) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put(field, path);
        return new TopicSettings(
                name, Duration.ofSeconds(everySeconds), Qos.AT_LEAST_ONCE, false, "ts", fields);
    }

    private final class Plc implements Source {
        private volatile boolean broken;

        @Override
        public SortedSet<String> paths() {
            return new TreeSet<>(List.of("level", "slow"));
        }

        @Override
        public Measurement measure(String path) throws IOException {
            if (broken) {
                throw new ReadingFailedException("the wire is cut");
            }
            return switch (path) {
                case "level" -> Measurement.of(7);
                case "slow" -> {
                    clock.pass(Duration.ofSeconds(4));
                    yield Measurement.of(1);
                }
                default -> throw new NoSuchPathException("no " + path);
            };
        }
    }

    private final class Told implements FailedReadings.Listener {
        @Override
        public void beganToFail(Reading reading) {
            told.add(reading.path() + " fails: " + reading.problem());
        }

        @Override
        public void answersAgain(Reading reading, long failuresInARow) {
            told.add(reading.path() + " answers after " + failuresInARow);
        }
    }
}
