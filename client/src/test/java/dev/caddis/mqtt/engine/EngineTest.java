package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.BackoffSettings;
import dev.caddis.mqtt.session.Deadlines;
import dev.caddis.mqtt.session.HandlerDeadline;
import dev.caddis.mqtt.session.Mqtt5Options;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.store.MemoryStore;
import dev.caddis.mqtt.transport.Endpoint;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The door of an engine that was never started: what needs a broker is tested with one elsewhere.
class EngineTest {

    private static final Publish MESSAGE =
            new Publish(
                    "t", Bytes.EMPTY, Qos.AT_LEAST_ONCE, false, false, 0, Publish.Properties.NONE);

    private final List<ClientEvent> told = Collections.synchronizedList(new ArrayList<>());

    private Engine engine(WhenFull whenFull) {
        BackoffSettings backoff =
                new BackoffSettings(Duration.ofSeconds(1), Duration.ofSeconds(8), 0);
        SessionSettings session =
                new SessionSettings(
                        "mqtt://broker:1883",
                        null,
                        "pump",
                        null,
                        null,
                        null,
                        Duration.ofSeconds(60),
                        Duration.ofHours(1),
                        false,
                        20,
                        1 << 20,
                        10,
                        false,
                        HandlerDeadline.DEFAULT,
                        Mqtt5Options.DEFAULT,
                        backoff,
                        Duration.ofSeconds(30),
                        backoff,
                        new OutboxBounds(1, 1000, whenFull),
                        Deadlines.DEFAULT);
        return new Engine(
                new EngineSettings(
                        session,
                        Endpoint.parse("mqtt://broker:1883"),
                        null,
                        Credentials.NONE,
                        null,
                        null,
                        event -> {},
                        List.of(told::add),
                        1),
                new MemoryStore());
    }

    @Test
    void a_message_given_up_at_the_door_is_told_and_counted() throws InterruptedException { // F34
        Engine engine = engine(WhenFull.DROP_NEWEST);
        assertThat(engine.submit(MESSAGE, Duration.ZERO)).isEqualTo(1);
        assertThat(engine.submit(MESSAGE, Duration.ZERO)).isEqualTo(Engine.FULL);
        assertThat(engine.submit(MESSAGE, Duration.ZERO)).isEqualTo(Engine.FULL);
        Patiently.until(() -> told.size() == 2);
        assertThat(told)
                .containsExactly(
                        new ClientEvent.Dropped(DropCause.OUTBOX_FULL_NEWEST, 1, 1),
                        new ClientEvent.Dropped(DropCause.OUTBOX_FULL_NEWEST, 1, 2));
    }

    @Test
    void a_refused_message_is_the_callers_to_count() throws InterruptedException {
        Engine engine = engine(WhenFull.REJECT);
        engine.submit(MESSAGE, Duration.ZERO);
        assertThat(engine.submit(MESSAGE, Duration.ZERO)).isEqualTo(Engine.FULL);
        assertThat(told).isEmpty();
    }
}
