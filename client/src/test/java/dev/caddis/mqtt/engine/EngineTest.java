package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.session.BackoffSettings;
import dev.caddis.mqtt.session.BrokerGroup;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Deadlines;
import dev.caddis.mqtt.session.HandlerDeadline;
import dev.caddis.mqtt.session.Mqtt5Options;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.MemoryStore;
import dev.caddis.mqtt.store.SessionStore;
import dev.caddis.mqtt.store.StoreException;
import dev.caddis.mqtt.transport.Endpoint;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The door of an engine that was never started: what needs a broker is tested with one elsewhere.
class EngineTest {

    private static final System.Logger LOG = System.getLogger(EngineTest.class.getName());
    private static final int FLOOD = 200; // messages of half a million bytes

    private static final Publish MESSAGE =
            new Publish(
                    "t", Bytes.EMPTY, Qos.AT_LEAST_ONCE, false, false, 0, Publish.Properties.NONE);

    private final List<ClientEvent> told = Collections.synchronizedList(new ArrayList<>());

    private Engine engine(WhenFull whenFull) {
        return engine(whenFull, Deadlines.DEFAULT, new MemoryStore(), "mqtt://broker:1883");
    }

    private Engine engine(
            WhenFull whenFull, Deadlines deadlines, SessionStore store, String broker) {
        BackoffSettings backoff =
                new BackoffSettings(Duration.ofSeconds(1), Duration.ofSeconds(8), 0);
        SessionSettings session =
                new SessionSettings(
                        BrokerGroup.of(broker),
                        ProtocolVersion.V5,
                        "pump",
                        null,
                        null,
                        null,
                        Duration.ofSeconds(60),
                        Duration.ofHours(1),
                        false,
                        1_000,
                        1 << 20,
                        10,
                        0,
                        false,
                        HandlerDeadline.DEFAULT,
                        Mqtt5Options.DEFAULT,
                        backoff,
                        Duration.ofSeconds(30),
                        backoff,
                        new OutboxBounds(1, 1000, whenFull),
                        deadlines);
        return new Engine(
                new EngineSettings(
                        session,
                        List.of(new Way(Endpoint.parse(broker), null, Credentials.NONE)),
                        null,
                        Duration.ofSeconds(5),
                        null,
                        null,
                        event -> {},
                        List.of(told::add),
                        1),
                store,
                null);
    }

    @Test
    void a_message_given_up_at_the_door_is_told_and_counted() throws InterruptedException { // F34
        Engine engine = engine(WhenFull.DROP_NEWEST);
        assertThat(engine.submit(MESSAGE, null, Duration.ZERO)).isEqualTo(1);
        assertThat(engine.submit(MESSAGE, null, Duration.ZERO)).isEqualTo(Engine.FULL);
        assertThat(engine.submit(MESSAGE, null, Duration.ZERO)).isEqualTo(Engine.FULL);
        Patiently.until(() -> told.size() == 2);
        assertThat(told)
                .containsExactly(
                        new ClientEvent.Dropped(DropCause.OUTBOX_FULL_NEWEST, 1, 1),
                        new ClientEvent.Dropped(DropCause.OUTBOX_FULL_NEWEST, 1, 2));
    }

    @Test
    void a_refused_message_is_the_callers_to_count() throws InterruptedException {
        Engine engine = engine(WhenFull.REJECT);
        engine.submit(MESSAGE, null, Duration.ZERO);
        assertThat(engine.submit(MESSAGE, null, Duration.ZERO)).isEqualTo(Engine.FULL);
        assertThat(told).isEmpty();
    }

    @Test
    void a_disk_that_does_not_answer_holds_up_no_close() throws InterruptedException { // law 3
        var stuck = new StuckStore();
        Engine engine = engine(WhenFull.REJECT, closingSoon(), stuck, "mqtt://broker:1883");
        engine.start();
        engine.submit(MESSAGE, null, Duration.ZERO);
        assertThat(engine.close(Duration.ZERO)).isFalse();
        assertThat(stuck.closed.getCount()).as("the folder is still locked").isEqualTo(1);
        stuck.answers.countDown();
        stuck.closed.await();
    }

    @Test
    void while_the_disk_stands_still_a_flood_of_messages_ends_the_connection() throws Exception {
        try (var broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "mqtt://localhost:" + broker.getLocalPort();
            var stuck = new StuckStore();
            Engine engine = engine(WhenFull.REJECT, closingSoon(), stuck, url);
            engine.start();
            try (Socket client = broker.accept()) {
                Thread flood = Thread.ofVirtual().start(() -> flood(client));
                Patiently.until(() -> List.copyOf(told).stream().anyMatch(EngineTest::isOverflow));
                Patiently.join(flood);
            } finally {
                stuck.answers.countDown();
                engine.close(Duration.ZERO);
            }
        }
    }

    private static Deadlines closingSoon() {
        Duration s = Duration.ofSeconds(10);
        return new Deadlines(s, s, s, s, s, s, s, s, s, s, Duration.ofMillis(20));
    }

    private static boolean isOverflow(ClientEvent event) {
        return event instanceof ClientEvent.Disconnected gone
                && gone.reason().kind() == Kind.INCOMING_OVERFLOW;
    }

    /// More than the bound of what may wait; the client ends it before.
    private static void flood(Socket client) {
        Publish message =
                new Publish(
                        "t",
                        Bytes.copyOf(new byte[500_000]),
                        Qos.AT_LEAST_ONCE,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE);
        try {
            assertThat(client.getInputStream().read()).as("CONNECT").isEqualTo(0x10);
            send(client, new Connack(false, ReasonCode.SUCCESS, Connack.Properties.NONE));
            for (int id = 1; id <= FLOOD; id++) {
                send(client, message.withDelivery(id, false));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the client has ended the connection", e);
        }
    }

    private static void send(Socket client, Packet packet) throws IOException {
        var sink = new ByteSink(1000);
        new PacketWriter(ProtocolVersion.V5).write(packet, sink);
        client.getOutputStream().write(sink.array(), 0, sink.length());
    }

    /// Nothing it takes becomes durable, and its end waits for the disk.
    private static final class StuckStore implements SessionStore {
        private final SessionStore memory = new MemoryStore();
        private final CountDownLatch answers = new CountDownLatch(1);
        private final CountDownLatch closed = new CountDownLatch(1);
        private final long none = memory.durable();

        @Override
        public SessionState recover() {
            return memory.recover();
        }

        @Override
        public long append(Change change) {
            return memory.append(change);
        }

        @Override
        public long durable() {
            return none;
        }

        @Override
        public void onProgress(Runnable wake) {}

        @Override
        public @Nullable List<Stored> read(long fromSequence, int count) {
            return memory.read(fromSequence, count);
        }

        @Override
        public void settle(SessionState state, long nowNanos) {}

        @Override
        public @Nullable StoreException failure() {
            return null;
        }

        @Override
        public void close() {
            try {
                answers.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            closed.countDown();
        }
    }
}
