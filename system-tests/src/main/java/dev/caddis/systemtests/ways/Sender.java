package dev.caddis.systemtests.ways;

import dev.caddis.mqtt.BrokerAddress;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.systemtests.ways.WaysOut.Ground;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A client with a session folder that publishes numbers, one after the other, while its group of
/// brokers changes under it. For one thread.
final class Sender implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofMinutes(3);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final List<Receipt> receipts = new ArrayList<>();
    private final List<ClientEvent.Connected> connections = new CopyOnWriteArrayList<>();
    private final String topic;
    private final MqttClient client;

    Sender(Ground ground, String name, BrokerAddress... brokers) {
        topic = name + "/data";
        client =
                MqttClient.builder()
                        .brokers(brokers)
                        .clientId(name)
                        .identity(ground.identity())
                        .session(ground.folder().resolve("session-" + name))
                        .maxInFlight(20)
                        .reconnect(Duration.ofMillis(100), Duration.ofSeconds(1))
                        .resendWhenSessionLost()
                        // Artemis keeps the session of a client that has subscribed, as agents do
                        .subscribe(name + "/commands", Qos.EXACTLY_ONCE, command -> {})
                        .onEvent(event -> {
                            if (event instanceof ClientEvent.Connected connected) {
                                connections.add(connected);
                            }
                        })
                        .open();
    }

    void publish(int count) {
        for (int i = 0; i < count; i++) {
            receipts.add(
                    client.submit(
                            Message.of(topic, String.valueOf(receipts.size() + 1))
                                    .qos(Qos.EXACTLY_ONCE)));
            LockSupport.parkNanos(PAUSE_NANOS); // some are on their way whenever something ends
        }
    }

    /// Waits until that many connections stood.
    boolean awaitConnections(int count) {
        long begin = System.nanoTime();
        while (connections.size() < count) {
            if (System.nanoTime() - begin > DEADLINE.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        return true;
    }

    boolean awaitAcknowledged() {
        return client.awaitAcknowledged(DEADLINE);
    }

    List<ClientEvent.Connected> connections() {
        return List.copyOf(connections);
    }

    int published() {
        return receipts.size();
    }

    /// Whether the receipt of `number` says that it may have arrived twice.
    boolean isFlagged(int number) {
        return receipts.get(number - 1).awaitAcknowledged(DEADLINE).possiblyRepeated();
    }

    @Override
    public void close() {
        client.close(Duration.ofSeconds(10));
    }
}
