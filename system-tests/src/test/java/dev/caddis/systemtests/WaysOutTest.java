package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.caddis.demo.BrokerSettings;
import dev.caddis.demo.EmbeddedBroker;
import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Mutual TLS by other ways than a socket of one's own: in a WebSocket, and through real proxies.
@RequiresPrograms(
        value = {"mosquitto", "tinyproxy", "microsocks"},
        install = "mosquitto tinyproxy microsocks")
class WaysOutTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String USER = "pump";
    private static final String PASSWORD = "larva";
    private static final int[] SIZES = {0, 1, 125, 126, 16_384, 65_536, 300_000};

    private static @Nullable Certificates certificates;
    private static @Nullable Mosquitto mosquitto;
    private static @Nullable EmbeddedBroker artemis;
    private static @Nullable ChildProcess httpProxy;
    private static @Nullable ChildProcess socksProxy;
    private static int webSocketPort;
    private static int httpPort;
    private static int socksPort;

    private final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();

    /// How the broker is reached.
    enum Way {
        WEBSOCKET_OF_MOSQUITTO,
        WEBSOCKET_OF_ARTEMIS,
        HTTP_PROXY,
        SOCKS_PROXY,
        WEBSOCKET_THROUGH_HTTP_PROXY;

        MqttClientBuilder client() {
            String tcp = requireNonNull(mosquitto).url();
            String webSocket = "wss://localhost:" + webSocketPort + "/mqtt";
            MqttClientBuilder builder = MqttClient.builder();
            return switch (this) {
                case WEBSOCKET_OF_MOSQUITTO -> builder.broker(webSocket);
                case WEBSOCKET_OF_ARTEMIS ->
                        builder.broker("wss://localhost:" + requireNonNull(artemis).port());
                case HTTP_PROXY -> http(builder.broker(tcp), PASSWORD);
                case SOCKS_PROXY -> socks(builder.broker(tcp), PASSWORD);
                case WEBSOCKET_THROUGH_HTTP_PROXY -> http(builder.broker(webSocket), PASSWORD);
            };
        }
    }

    private static MqttClientBuilder http(MqttClientBuilder builder, String password) {
        return builder.proxy(
                "http://localhost:" + httpPort,
                USER,
                () -> password.getBytes(StandardCharsets.UTF_8));
    }

    private static MqttClientBuilder socks(MqttClientBuilder builder, String password) {
        return builder.proxy(
                "socks5://localhost:" + socksPort,
                USER,
                () -> password.getBytes(StandardCharsets.UTF_8));
    }

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        webSocketPort = freePort();
        httpPort = freePort();
        socksPort = freePort();
        Certificates made = Certificates.in(folder);
        certificates = made;
        mosquitto =
                new Mosquitto(
                        made.mosquitto(folder.resolve("mosquitto"))
                                .line("listener " + webSocketPort + " 127.0.0.1")
                                .line("protocol websockets")
                                .line("cafile " + made.pki().ca())
                                .line("certfile " + made.server().certificate())
                                .line("keyfile " + made.server().key())
                                .line("require_certificate true"));
        mosquitto.start();
        artemis = new EmbeddedBroker(BrokerSettings.of(made.pki(), made.server()));
        artemis.start();
        Path tinyproxy =
                Files.writeString(
                        folder.resolve("tinyproxy.conf"),
                        """
                        Port %d
                        Listen 127.0.0.1
                        Timeout 600
                        MaxClients 10
                        BasicAuth %s %s
                        """
                                .formatted(httpPort, USER, PASSWORD));
        httpProxy =
                new ChildProcess(
                        List.of(Programs.require("tinyproxy"), "-d", "-c", tinyproxy.toString()),
                        line -> {});
        socksProxy =
                new ChildProcess(
                        List.of(
                                Programs.require("microsocks"),
                                "-i",
                                "127.0.0.1",
                                "-p",
                                String.valueOf(socksPort),
                                "-u",
                                USER,
                                "-P",
                                PASSWORD),
                        line -> {});
        awaitListening(httpPort, requireNonNull(httpProxy));
        awaitListening(socksPort, requireNonNull(socksProxy));
    }

    @AfterAll
    static void stop() throws IOException {
        requireNonNull(socksProxy).kill();
        requireNonNull(httpProxy).kill();
        requireNonNull(artemis).close();
        requireNonNull(mosquitto).close();
    }

    private static int freePort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static void awaitListening(int port, ChildProcess process) throws IOException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (true) {
            try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!process.alive() || System.nanoTime() > end) {
                    throw new IOException("nothing listens: " + process.output(), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    private MqttClientBuilder identified(MqttClientBuilder builder, String clientId) {
        var device = requireNonNull(certificates).device();
        return builder.clientId(clientId)
                .identity(
                        ClientIdentity.pem(
                                requireNonNull(certificates).pki().ca(),
                                device.certificate(),
                                device.key()))
                .reconnect(Duration.ofMillis(20), Duration.ofMillis(200))
                .onEvent(events::add);
    }

    private <E extends ClientEvent> E next(Class<E> kind) throws InterruptedException {
        while (true) {
            ClientEvent event = events.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(event).as("a %s within %s", kind.getSimpleName(), DEADLINE).isNotNull();
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_published_arrives_once_and_whole_however_large(Way way) throws Exception {
        String topic = "ways/" + way;
        BlockingQueue<Delivery> received = new LinkedBlockingQueue<>();
        try (MqttClient client =
                identified(way.client(), "by-" + way)
                        .subscribe(topic, Qos.EXACTLY_ONCE, received::add)
                        .open()) {
            next(ClientEvent.Subscribed.class);
            for (int size : SIZES) {
                client.submit(
                        Message.of(topic, "x".repeat(size).getBytes(StandardCharsets.UTF_8))
                                .qos(Qos.EXACTLY_ONCE));
            }
            for (int size : SIZES) {
                Delivery delivery = received.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(delivery).as("%d bytes", size).isNotNull();
                assertThat(delivery.message().text()).isEqualTo("x".repeat(size));
            }
            assertThat(client.awaitAcknowledged(DEADLINE)).isTrue();
        }
        assertThat(received).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_PROXY", "SOCKS_PROXY"})
    void a_proxy_that_refuses_the_password_is_named_and_asked_again(Way way) throws Exception {
        MqttClientBuilder builder = MqttClient.builder().broker(requireNonNull(mosquitto).url());
        MqttClientBuilder wrong =
                way == Way.HTTP_PROXY ? http(builder, "wrong") : socks(builder, "wrong");
        try (MqttClient _ = identified(wrong, "wrong-" + way).open()) {
            ConnectionFailure failure = next(ClientEvent.ConnectFailed.class).reason();
            assertThat(failure.kind()).isEqualTo(ConnectionFailure.Kind.PROXY_REFUSED);
            assertThat(failure.sentence())
                    .contains("the proxy refused the user name or password")
                    .doesNotContain("wrong;");
            next(ClientEvent.ConnectFailed.class);
        }
    }

    @Test
    void a_port_without_a_WebSocket_is_named() throws Exception {
        String url = requireNonNull(mosquitto).url().replace("mqtts", "wss");
        try (MqttClient _ = identified(MqttClient.builder().broker(url), "no-websocket").open()) {
            ConnectionFailure failure = next(ClientEvent.ConnectFailed.class).reason();
            assertThat(failure.kind()).isEqualTo(ConnectionFailure.Kind.WEBSOCKET_REFUSED);
            assertThat(failure.sentence()).contains("check that this port speaks WebSocket");
        }
    }
}
