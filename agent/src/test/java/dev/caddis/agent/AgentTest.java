package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Availability;
import dev.caddis.agent.config.Broker;
import dev.caddis.agent.config.LogSettings;
import dev.caddis.agent.config.SessionSettings;
import dev.caddis.agent.config.SubscriptionSettings;
import dev.caddis.agent.config.Tls;
import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
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
        Tls tls = new Tls(folder.resolve("ca.pem"), null, null, null, null);
        int port = unusedPort();
        assertThatThrownBy(() -> Agent.start(settings(port, tls), listener))
                .isInstanceOf(OpenException.class)
                .hasMessageContaining("ca.pem does not exist");
        assertThat(events).isEmpty();
        assertThat(published).isEmpty();
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
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        fields.put("id", "/device/id");
        fields.put("nothing", "/no/such/path");
        String scheme = tls == null ? "mqtt" : "mqtts";
        return new AgentSettings(
                "pump-17",
                new Broker(scheme + "://127.0.0.1:" + port, null, null),
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
                                "pump-17/data",
                                Duration.ofHours(1),
                                Qos.AT_LEAST_ONCE,
                                false,
                                null,
                                fields)),
                List.of(
                        new SubscriptionSettings(
                                "pump-17/data",
                                Qos.AT_LEAST_ONCE,
                                SubscriptionSettings.Handler.LOG)),
                new LogSettings(LogSettings.Level.INFO, LogSettings.Format.TEXT),
                Path.of("/"));
    }
}
