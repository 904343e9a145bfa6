package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.LogSettings;
import dev.caddis.agent.config.SessionSettings;
import dev.caddis.agent.config.StoreSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.config.Tls;
import dev.caddis.agent.status.Http;
import dev.caddis.agent.status.StatusSettings;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.testkit.BrokerConnection;
import dev.caddis.testkit.Packets;
import dev.caddis.testkit.ScriptedBroker;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

class AgentTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @TempDir private Path folder;

    private final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();
    private final BlockingQueue<Message> published = new LinkedBlockingQueue<>();

    private final AgentListener listener =
            new AgentListener() {
                @Override
                public void onPublish(Message message, Receipt receipt) {
                    published.add(message);
                }

                @Override
                public void onEvent(ClientEvent event) {
                    events.add(event);
                }
            };

    @Test
    void it_starts_without_a_broker_keeps_what_it_reads_and_closes() throws Exception { // F28
        AgentSummary summary;
        try (Agent agent = Agent.start(settings(unusedPort(), null), listener)) {
            assertThat(next(events))
                    .isInstanceOfSatisfying(
                            ClientEvent.ConnectFailed.class,
                            failed ->
                                    assertThat(failed.reason().kind())
                                            .isEqualTo(ConnectionFailure.Kind.REFUSED));
            assertThat(next(events)).isInstanceOf(ClientEvent.RetryingIn.class);
            Message message = next(published);
            assertThat(message.topic()).isEqualTo("pump-17/data");
            assertThat(message.text()).isEqualTo("{\"id\":\"pump-17\",\"nothing\":null}");
            assertThat(message.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
            assertThat(agent.status().connected()).isFalse();
            summary = agent.close(Duration.ofMillis(100));
            assertThat(agent.close(DEADLINE)).isSameAs(summary);
        }
        assertThat(summary)
                .hasToString(
                        "published 1, acknowledged 0, dropped 0, not acknowledged 1, failed"
                                + " readings 1");
        assertThat(new AgentSummary(summary.messages(), 0, 2, 3).toString())
                .endsWith(", failed readings 0, missed samples 2, not accepted 3");
    }

    @Test
    void a_listener_that_throws_silences_nobody() throws Exception {
        AgentListener broken =
                new AgentListener() {
                    @Override
                    public void onPublish(Message message, Receipt receipt) {
                        throw new IllegalStateException("broken on purpose");
                    }
                };
        try (Agent agent = Agent.start(settings(unusedPort(), null), broken, listener)) {
            assertThat(next(published).topic()).isEqualTo("pump-17/data");
            agent.close(Duration.ofMillis(100));
        }
    }

    @Test
    void an_identity_that_cannot_be_used_is_an_error_before_anything_runs() throws Exception {
        Tls tls = new Tls(folder.resolve("ca.pem"), null, null, null, null, null);
        int port = unusedPort();
        assertThatThrownBy(() -> Agent.start(settings(port, tls), listener))
                .isInstanceOf(OpenException.class)
                .hasMessageContaining("ca.pem does not exist");
        assertThat(events).isEmpty();
        assertThat(published).isEmpty();
    }

    @Test
    void readings_taken_offline_keep_their_instant_and_arrive_in_order_after_a_restart()
            throws Exception {
        List<String> taken = new ArrayList<>();
        try (Agent agent = Agent.start(durable(unusedPort(), Duration.ofMillis(20)), listener)) {
            for (int i = 0; i < 3; i++) {
                taken.add(next(published).text());
            }
            agent.close(Duration.ofMillis(100));
        }
        published.drainTo(new ArrayList<>());
        try (ScriptedBroker broker = ScriptedBroker.listen();
                Agent agent = Agent.start(durable(broker.port(), Duration.ofHours(1)), listener)) {
            BrokerConnection c = broker.accept();
            c.welcome();
            List<String> arrived = new ArrayList<>();
            while (arrived.size() < 3) {
                switch (c.expect(Packet.class)) {
                    case Publish publish when publish.topic().equals("pump-17/data") ->
                            arrived.add(publish.payload().asUtf8());
                    case Publish birth -> assertThat(birth.topic()).isEqualTo("pump-17/state");
                    case Packet other -> assertThat(other).isInstanceOf(Subscribe.class);
                }
            }
            assertThat(arrived).isEqualTo(taken);
            assertThat(agent.messages().before()).isGreaterThanOrEqualTo(3);
            c.close();
            agent.close(Duration.ZERO);
        } catch (AssertionError more) { // readings behind those three come too
            if (!String.valueOf(more.getMessage()).startsWith("the script expected less")) {
                throw more;
            }
        }
    }

    @Test
    void a_command_can_purge_the_outbox_of_an_agent_that_runs() throws Exception {
        Path session = folder.resolve("session");
        assertThat(ControlSocket.purge(session)).isEmpty();
        try (Agent agent = Agent.start(durable(unusedPort(), Duration.ofHours(1)), listener)) {
            next(published);
            assertThat(ControlSocket.purge(session)).contains(1L);
            assertThat(agent.messages().dropped()).isEqualTo(1);
            agent.close(Duration.ZERO);
        }
        assertThat(session.resolve("control")).doesNotExist();
        assertThat(ControlSocket.purge(session)).isEmpty();
    }

    @Test
    void a_folder_that_another_has_is_an_error_before_anything_runs() throws Exception { // F31
        AgentSettings settings = durable(unusedPort(), Duration.ofHours(1));
        try (Agent agent = Agent.start(settings, listener)) {
            assertThatThrownBy(() -> Agent.start(settings))
                    .isInstanceOf(OpenException.class)
                    .hasMessageContaining("is in use by another client");
            agent.close(Duration.ZERO);
        }
    }

    @Test
    void its_status_page_tells_how_it_is_and_ends_with_it() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.listen();
                Agent agent = Agent.start(durable(broker.port(), Duration.ofHours(1)), listener)) {
            int port = agent.statusPort();
            next(published);
            assertThat(Http.get(port, "/readyz").code()).isEqualTo(503);
            assertThat(Http.get(port, "/metrics").body().lines())
                    .contains(
                            "caddis_connected 0",
                            "caddis_published_total{topic=\"pump-17/data\"} 1",
                            "caddis_failed_readings_total{path=\"/no/such/path\"} 1");
            BrokerConnection c = broker.accept();
            c.welcome();
            assertThat(next(events)).isInstanceOf(ClientEvent.Connected.class);
            assertThat(Http.get(port, "/readyz"))
                    .extracting(Http::code, Http::body)
                    .containsExactly(200, "connected to mqtt://127.0.0.1:" + broker.port() + "\n");
            assertThat(Http.get(port, "/status.json").body())
                    .contains("\"name\":\"id\",\"value\":\"pump-17\"")
                    .contains("\"name\":\"nothing\",\"value\":null");
            for (boolean answered = false; !answered; ) {
                if (c.expect(Packet.class) instanceof Publish data
                        && data.topic().equals("pump-17/data")) {
                    c.send(Packets.puback(data));
                    answered = true;
                }
            }
            String outcome =
                    "caddis_messages_total{topic=\"pump-17/data\",outcome=\"acknowledged\"} 1";
            long end = System.nanoTime() + DEADLINE.toNanos();
            while (!Http.get(port, "/metrics").body().contains(outcome)) {
                assertThat(System.nanoTime()).as(outcome).isLessThan(end);
            }
            agent.close(Duration.ZERO);
            assertThatThrownBy(() -> Http.get(port, "/healthz"))
                    .isInstanceOf(ConnectException.class);
        } catch (AssertionError more) { // what the broker did not read
            if (!String.valueOf(more.getMessage()).startsWith("the script expected less")) {
                throw more;
            }
        }
    }

    @Test
    void an_agent_whose_status_port_is_taken_goes_on_without_a_page() throws Exception {
        AgentSettings free = settings(unusedPort(), null);
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Agent agent =
                        Agent.start(
                                withStatus(
                                        free,
                                        new StatusSettings(
                                                InetAddress.getLoopbackAddress(),
                                                other.getLocalPort())),
                                listener)) {
            assertThat(next(published).topic()).isEqualTo("pump-17/data");
            assertThat(agent.statusPort()).isEqualTo(-1);
            agent.close(Duration.ZERO);
        }
    }

    @Test
    void a_reload_that_leaves_the_broker_alone_changes_topics_and_subscriptions_on_the_connection()
            throws Exception {
        AgentSettings now = durable(unusedPort(), Duration.ofHours(1));
        try (ScriptedBroker broker = ScriptedBroker.listen();
                Agent agent = Agent.start(withBroker(now, broker.port()), listener)) {
            BrokerConnection c = broker.accept();
            c.welcome();
            assertThat(next(published).topic()).isEqualTo("pump-17/data");
            List<String> subscribed = new ArrayList<>();
            while (!subscribed.contains("pump-17/data")) {
                answer(c, subscribed, new ArrayList<>());
            }
            AgentSettings next = withTopic(withBroker(now, broker.port()), "pump-17/more");
            assertThat(agent.reload(next).sentence())
                    .isEqualTo("subscriptions, topics changed; the connection goes on");
            assertThat(next(published).topic()).isEqualTo("pump-17/more");
            List<String> unsubscribed = new ArrayList<>();
            while (!subscribed.contains("pump-17/more") || !unsubscribed.contains("pump-17/data")) {
                answer(c, subscribed, unsubscribed);
            }
            assertThat(unsubscribed).doesNotContain("pump-17/state"); // F39
            agent.close(Duration.ZERO);
        } catch (AssertionError more) { // what the broker did not read
            if (!String.valueOf(more.getMessage()).startsWith("the script expected less")) {
                throw more;
            }
        }
    }

    private static void answer(
            BrokerConnection c, List<String> subscribed, List<String> unsubscribed)
            throws Exception {
        switch (c.expect(Packet.class)) {
            case Subscribe ask -> {
                ask.requests().forEach(each -> subscribed.add(each.filter()));
                c.send(Packets.suback(ask));
            }
            case Unsubscribe ask -> {
                unsubscribed.addAll(ask.filters());
                c.send(Packets.unsuback(ask));
            }
            case Publish data -> c.send(Packets.puback(data));
            case Packet other -> assertThat(other).isNull();
        }
    }

    @Test
    void a_reload_to_another_broker_brings_what_waits_there() throws Exception {
        AgentSettings now = durable(unusedPort(), Duration.ofHours(1));
        try (ScriptedBroker broker = ScriptedBroker.listen();
                Agent agent = Agent.start(now, listener)) {
            String waiting = next(published).text();
            assertThat(agent.reload(withBroker(now, broker.port())).sentence())
                    .isEqualTo("brokers changed; connecting again");
            BrokerConnection c = broker.accept();
            c.welcome();
            String arrived = null;
            while (arrived == null) {
                if (c.expect(Packet.class) instanceof Publish data
                        && data.topic().equals("pump-17/data")) {
                    arrived = data.payload().asUtf8();
                }
            }
            assertThat(arrived).isEqualTo(waiting);
            agent.close(Duration.ZERO);
        } catch (AssertionError more) { // what the broker did not read
            if (!String.valueOf(more.getMessage()).startsWith("the script expected less")) {
                throw more;
            }
        }
    }

    @Test
    void a_reload_that_is_refused_or_fails_leaves_the_agent_as_it_was() throws Exception { // F42
        AgentSettings now = durable(unusedPort(), Duration.ofMillis(20));
        try (Agent agent = Agent.start(now, listener)) {
            next(published);
            assertThatThrownBy(() -> agent.reload(settings(unusedPort(), null)))
                    .isInstanceOf(ReloadRefusedException.class)
                    .hasMessageContaining("store.path cannot change");
            Tls unusable = new Tls(folder.resolve("ca.pem"), null, null, null, null, null);
            assertThatThrownBy(() -> agent.reload(withTls(now, unusable)))
                    .isInstanceOf(ReloadRefusedException.class)
                    .hasMessageContaining("an identity is given");
            published.clear();
            next(published); // one more at least after the second that was refused
            next(published);
            assertThat(agent.lives()).isTrue();
            agent.close(Duration.ZERO);
            assertThatThrownBy(() -> agent.reload(now))
                    .isInstanceOf(ReloadRefusedException.class)
                    .hasMessage("the agent ends");
        }
    }

    @Test
    void the_broker_is_told_the_metrics_as_a_retained_message_where_that_is_wished()
            throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.listen();
                Agent agent =
                        Agent.start(
                                withStatus(
                                        durable(broker.port(), Duration.ofHours(1)),
                                        new StatusSettings(
                                                null,
                                                0,
                                                null,
                                                new StatusSettings.Report(
                                                        "pump-17/status", Duration.ofMillis(50)))),
                                listener)) {
            assertThat(agent.statusPort()).isEqualTo(-1);
            BrokerConnection c = broker.accept();
            c.welcome();
            Publish told = null;
            while (told == null) {
                if (c.expect(Packet.class) instanceof Publish data
                        && data.topic().equals("pump-17/status")) {
                    told = data;
                }
            }
            assertThat(told.retain()).isTrue();
            assertThat(told.payload().asUtf8())
                    .startsWith("{\"ts\":\"")
                    .contains("\"caddis_connected\":1,")
                    .contains("\"caddis_published_total{topic=\\\"pump-17/data\\\"}\":1,");
            agent.close(Duration.ZERO);
        } catch (AssertionError more) { // what the broker did not read
            if (!String.valueOf(more.getMessage()).startsWith("the script expected less")) {
                throw more;
            }
        }
    }

    private static AgentSettings withBroker(AgentSettings from, int port) {
        return with(
                from,
                new Broker("mqtt://127.0.0.1:" + port, null, null, null),
                from.tls(),
                from.topics(),
                from.subscriptions());
    }

    private static AgentSettings withTls(AgentSettings from, Tls tls) {
        return with(from, from.broker(), tls, from.topics(), from.subscriptions());
    }

    /// The same, published to and heard at another topic.
    private static AgentSettings withTopic(AgentSettings from, String topic) {
        TopicSettings was = from.topics().getFirst();
        return with(
                from,
                from.broker(),
                from.tls(),
                List.of(
                        new TopicSettings(
                                topic,
                                was.every(),
                                was.qos(),
                                was.retain(),
                                was.timestampField(),
                                was.fields())),
                List.of(
                        new SubscriptionSettings(
                                topic, Qos.AT_LEAST_ONCE, SubscriptionSettings.Handler.LOG)));
    }

    private static AgentSettings with(
            AgentSettings from,
            Broker broker,
            @Nullable Tls tls,
            List<TopicSettings> topics,
            List<SubscriptionSettings> subscriptions) {
        return new AgentSettings(
                from.deviceId(),
                List.of(broker),
                tls,
                from.session(),
                from.availability(),
                topics,
                subscriptions,
                from.store(),
                from.status(),
                from.log(),
                from.sensorsRoot());
    }

    private static AgentSettings withStatus(AgentSettings from, StatusSettings status) {
        return new AgentSettings(
                from.deviceId(),
                from.brokers(),
                from.tls(),
                from.session(),
                from.availability(),
                from.topics(),
                from.subscriptions(),
                from.store(),
                status,
                from.log(),
                from.sensorsRoot());
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).as("something within " + DEADLINE).isNotNull();
        return next;
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static AgentSettings settings(int port, @Nullable Tls tls) {
        return settings(
                port,
                tls,
                new StoreSettings(
                        null,
                        1_000_000,
                        StoreSettings.WhenFull.DROP_OLDEST,
                        StoreSettings.Durability.MEMORY,
                        null,
                        0),
                Duration.ofHours(1),
                null);
    }

    private AgentSettings durable(int port, Duration every) {
        return settings(
                port,
                null,
                new StoreSettings(
                        folder.resolve("session"),
                        1_000_000,
                        StoreSettings.WhenFull.DROP_OLDEST,
                        StoreSettings.Durability.POWER,
                        null,
                        0),
                every,
                "ts");
    }

    private static AgentSettings settings(
            int port, @Nullable Tls tls, StoreSettings store, Duration every, @Nullable String ts) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("id", "/device/id");
        fields.put("nothing", "/no/such/path");
        String scheme = tls == null ? "mqtt" : "mqtts";
        return new AgentSettings(
                "pump-17",
                List.of(new Broker(scheme + "://127.0.0.1:" + port, null, null, null)),
                tls,
                new SessionSettings(
                        "pump-17",
                        SessionSettings.MqttVersion.AUTO,
                        Duration.ofSeconds(60),
                        Duration.ofDays(7),
                        new SessionSettings.Reconnect(
                                Duration.ofMillis(500),
                                Duration.ofMinutes(2),
                                Duration.ofSeconds(30))),
                new Availability(true, "pump-17/state", "on", "off", Qos.AT_LEAST_ONCE, true),
                List.of(
                        new TopicSettings(
                                "pump-17/data", every, Qos.AT_LEAST_ONCE, false, ts, fields)),
                List.of(
                        new SubscriptionSettings(
                                "pump-17/data",
                                Qos.AT_LEAST_ONCE,
                                SubscriptionSettings.Handler.LOG)),
                store,
                new StatusSettings(InetAddress.getLoopbackAddress(), 0),
                new LogSettings(LogSettings.Level.INFO, LogSettings.Format.TEXT),
                Path.of("/"));
    }
}
