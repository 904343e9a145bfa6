package dev.caddis.systemtests.ways;

import dev.caddis.mqtt.BrokerAddress;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.PasswordSource;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.systemtests.HiveMqObserver;
import dev.caddis.systemtests.Mosquitto;
import dev.caddis.systemtests.MosquittoSettings;
import dev.caddis.systemtests.ways.WaysOut.Ground;
import dev.caddis.systemtests.ways.WaysOut.Result;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// One broker, by one way after the other: each client begins with what the one before it left in
/// the session folder, half-finished exchanges included, and takes what came in between.
final class OneBroker {

    private static final int COMMANDS = 10; // that come between two ways
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private OneBroker() {}

    static Result run(Ground ground) throws Exception {
        int webSocketPort = Proxies.freePort();
        MosquittoSettings settings =
                MosquittoSettings.of(
                                ground.pki(), ground.server(), ground.folder().resolve("mosquitto"))
                        .line("listener " + webSocketPort + " 127.0.0.1")
                        .line("protocol websockets")
                        .line("cafile " + ground.pki().ca())
                        .line("certfile " + ground.server().certificate())
                        .line("keyfile " + ground.server().key())
                        .line("require_certificate true");
        try (var mosquitto = new Mosquitto(settings);
                var proxies = new Proxies(ground.folder())) {
            mosquitto.start();
            String webSocket = "wss://localhost:" + webSocketPort + "/mqtt";
            PasswordSource password = () -> Proxies.PASSWORD.getBytes(StandardCharsets.UTF_8);
            Map<String, BrokerAddress> ways = new LinkedHashMap<>();
            ways.put("TLS", BrokerAddress.of(mosquitto.url()));
            ways.put("wss", BrokerAddress.of(webSocket));
            ways.put(
                    "HTTP proxy",
                    BrokerAddress.of(mosquitto.url())
                            .proxy("http://localhost:" + proxies.httpPort, Proxies.USER, password));
            ways.put(
                    "SOCKS5",
                    BrokerAddress.of(mosquitto.url())
                            .proxy(
                                    "socks5://localhost:" + proxies.socksPort,
                                    Proxies.USER,
                                    password));
            ways.put(
                    "wss by the HTTP proxy",
                    BrokerAddress.of(webSocket)
                            .proxy("http://localhost:" + proxies.httpPort, Proxies.USER, password));
            return through(ground, mosquitto.port(), ways);
        }
    }

    /// What a handler has taken while its client is closed may be given to the next one again.
    private static void awaitCommands(Queue<String> commands, int count) {
        long begin = System.nanoTime();
        while (commands.size() < count && System.nanoTime() - begin < DEADLINE.toNanos()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    private static Result through(Ground ground, int port, Map<String, BrokerAddress> ways)
            throws Exception {
        Queue<String> commands = new ConcurrentLinkedQueue<>();
        List<String> resumed = new ArrayList<>();
        List<String> begun = new ArrayList<>();
        int left = 0;
        int number = 0;
        int command = 0;
        try (HiveMqObserver observer =
                HiveMqObserver.connect(
                        port, ground.pki(), ground.pki().issueDevice("observer"), "observer")) {
            observer.subscribe("ways/data", 2);
            for (Map.Entry<String, BrokerAddress> way : ways.entrySet()) {
                BlockingQueue<ClientEvent.Connected> connected = new ArrayBlockingQueue<>(100);
                BlockingQueue<ClientEvent> subscribed = new LinkedBlockingQueue<>();
                MqttClient client =
                        MqttClient.builder()
                                .brokers(way.getValue().sharedSession())
                                .clientId("ways")
                                .identity(ground.identity())
                                .session(ground.folder().resolve("session-ways"))
                                .maxInFlight(50)
                                .subscribe(
                                        "ways/commands",
                                        Qos.EXACTLY_ONCE,
                                        each -> commands.add(each.message().text()))
                                .onEvent(event -> {
                                    if (event instanceof ClientEvent.Connected is) {
                                        connected.add(is);
                                    }
                                    if (event instanceof ClientEvent.Subscribed) {
                                        subscribed.add(event);
                                    }
                                })
                                .open();
                try {
                    ClientEvent.Connected first =
                            connected.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
                    if (first == null) {
                        return new Result(false, way.getKey() + " led nowhere");
                    }
                    (first.sessionPresent() ? resumed : begun).add(way.getKey());
                    if (resumed.isEmpty()) {
                        subscribed.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
                    }
                    for (int i = 0; i < ground.messages(); i++) {
                        client.submit(
                                Message.of("ways/data", String.valueOf(++number))
                                        .qos(Qos.EXACTLY_ONCE));
                    }
                    if (begun.size() + resumed.size() == ways.size()) {
                        client.awaitAcknowledged(DEADLINE);
                    }
                    awaitCommands(commands, command);
                } finally {
                    // most of it waits for the next way
                    left += client.close(Duration.ofMillis(200)) ? 0 : 1;
                }
                for (int i = 0; i < COMMANDS && resumed.size() + begun.size() < ways.size(); i++) {
                    observer.publish(
                            "ways/commands",
                            String.valueOf(++command).getBytes(StandardCharsets.UTF_8),
                            2,
                            false);
                }
            }
            Counted counted = Counted.of(number, DEADLINE, List.of(observer));
            long once = commands.stream().distinct().count();
            boolean good =
                    counted.missing().isEmpty()
                            && counted.repeated().isEmpty()
                            && counted.inOrder()
                            && begun.equals(List.of("TLS"))
                            && left > 0
                            && once == command
                            && commands.size() == command
                            && observer.losses().isEmpty();
            return new Result(
                    good,
                    "one session by "
                            + String.join(", ", ways.keySet())
                            + ": "
                            + number
                            + " messages of QoS 2, "
                            + counted.missing().size()
                            + " lost, "
                            + counted.repeated().size()
                            + " repeated, resumed "
                            + resumed.size()
                            + " of "
                            + (ways.size() - 1)
                            + " times, "
                            + left
                            + " times with messages left to the next; "
                            + commands.size()
                            + " of "
                            + command
                            + " commands in between");
        }
    }
}
