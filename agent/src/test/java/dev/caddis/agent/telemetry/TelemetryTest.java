package dev.caddis.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.Measurement;
import dev.caddis.agent.source.Source;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

class TelemetryTest {

    private final BlockingQueue<String> published = new LinkedBlockingQueue<>();

    @Test
    void the_first_sample_comes_at_once_and_none_after_closing() throws InterruptedException {
        try (DeviceTree tree = DeviceTree.builder(Clocks.system()).build()) {
            Telemetry telemetry = sampledOnce(tree);

            String first = published.poll(10, TimeUnit.SECONDS);
            telemetry.close();

            assertThat(first).contains("\"level\":null");
            assertThat(published).isEmpty();
            assertThat(telemetry.failedReadings().byPath()).containsEntry("/plc/level", 1L);
        }
    }

    @Test
    void closing_from_inside_the_outlet_does_not_wait_for_itself() throws InterruptedException {
        BlockingQueue<Telemetry> running = new LinkedBlockingQueue<>();
        try (DeviceTree tree = DeviceTree.builder(Clocks.system()).build()) {
            Telemetry telemetry =
                    Telemetry.start(
                            List.of(topic(Duration.ofHours(1))),
                            tree,
                            (_, payload) -> {
                                closeFirst(running);
                                published.add(payload.asUtf8());
                            },
                            Clocks.system());
            running.add(telemetry);

            assertThat(published.poll(30, TimeUnit.SECONDS)).isNotNull();
            telemetry.close();
        }
    }

    @Test
    void a_sample_that_hangs_does_not_hold_up_closing_and_is_not_published()
            throws InterruptedException {
        Hanging source = new Hanging();
        try (DeviceTree tree = DeviceTree.builder(Clocks.system()).mount("/plc", source).build()) {
            Telemetry telemetry = sampledOnce(tree);
            assertThat(source.asked.await(10, TimeUnit.SECONDS)).isTrue();

            telemetry.close(Duration.ofMillis(100));

            assertThat(published).isEmpty();
            assertThat(telemetry.failedReadings().total()).isZero();
        } finally {
            source.answer.countDown();
        }
    }

    @Test
    void an_error_does_not_end_sampling() throws InterruptedException {
        try (DeviceTree tree = DeviceTree.builder(Clocks.system()).build()) {
            var calls = new AtomicInteger();
            Telemetry telemetry =
                    Telemetry.start(
                            List.of(topic(Duration.ofMillis(10))),
                            tree,
                            (_, payload) -> {
                                if (calls.getAndIncrement() == 0) {
                                    throw new NoClassDefFoundError("missing on purpose");
                                }
                                published.add(payload.asUtf8());
                            },
                            Clocks.system());

            assertThat(published.poll(10, TimeUnit.SECONDS)).isNotNull();
            telemetry.close();
        }
    }

    @Test
    void a_sample_that_takes_five_minutes_counts_as_stuck_until_it_ends() throws Exception {
        var now = new AtomicLong();
        var handedIn = new CountDownLatch(1);
        var taken = new CountDownLatch(1);
        try (DeviceTree tree = DeviceTree.builder(Clocks.system()).build();
                Telemetry telemetry =
                        Telemetry.start(
                                List.of(topic(Duration.ofMillis(10))),
                                tree,
                                (_, payload) -> {
                                    if (handedIn.getCount() == 0) {
                                        published.add(payload.asUtf8());
                                        return;
                                    }
                                    handedIn.countDown();
                                    uninterrupted(taken);
                                },
                                new Clocks(InstantSource.system(), now::get, _ -> {}))) {
            handedIn.await();

            now.set(Duration.ofMinutes(5).toNanos() - 1);
            assertThat(telemetry.lives()).isTrue();
            now.incrementAndGet();
            assertThat(telemetry.lives()).isFalse();

            taken.countDown();
            assertThat(published.poll(10, TimeUnit.SECONDS)).isNotNull();
            assertThat(telemetry.lives()).isTrue();
        }
    }

    private static void uninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// A device that answers when it is told to.
    private static final class Hanging implements Source {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch answer = new CountDownLatch(1);

        @Override
        public SortedSet<String> paths() {
            return new TreeSet<>(List.of("level"));
        }

        @Override
        public Measurement measure(String path) {
            asked.countDown();
            uninterrupted(answer);
            return Measurement.of(7);
        }
    }

    @Test
    void settings_that_cannot_work_are_refused() {
        assertThatThrownBy(() -> topic(Duration.ZERO)).hasMessageContaining("interval");
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("ts", "/plc/clock");
        assertThatThrownBy(() ->
                        new TopicSettings(
                                "a", Duration.ofSeconds(1), Qos.AT_MOST_ONCE, false, "ts", fields))
                .hasMessageContaining("timestamp's name");
    }

    private static void closeFirst(BlockingQueue<Telemetry> running) {
        try {
            running.take().close();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Publishes its first sample at once and the next in an hour.
    private Telemetry sampledOnce(DeviceTree tree) {
        return Telemetry.start(
                List.of(topic(Duration.ofHours(1))),
                tree,
                (_, payload) -> published.add(payload.asUtf8()),
                Clocks.system());
    }

    private static TopicSettings topic(Duration every) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("level", "/plc/level");
        return new TopicSettings("a", every, Qos.AT_LEAST_ONCE, true, "ts", fields);
    }
}
