package dev.caddis.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class TelemetryTest {

    private final BlockingQueue<String> published = new LinkedBlockingQueue<>();

    @Test
    void the_first_sample_comes_at_once_and_none_after_closing() throws InterruptedException {
        try (DeviceTree tree = DeviceTree.builder(Clocks.system()).build()) {
            Telemetry telemetry =
                    Telemetry.start(
                            List.of(topic(Duration.ofHours(1))),
                            tree,
                            (_, payload) -> published.add(payload.asUtf8()),
                            Clocks.system());

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

            assertThat(published.poll(3, TimeUnit.SECONDS)).isNotNull();
            telemetry.close();
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

    private static TopicSettings topic(Duration every) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("level", "/plc/level");
        return new TopicSettings("a", every, Qos.AT_LEAST_ONCE, true, "ts", fields);
    }
}
