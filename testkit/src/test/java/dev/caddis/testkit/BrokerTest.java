package dev.caddis.testkit;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.AfterEach;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// A scripted broker, clients of it that reconnect within milliseconds, and what they told.
abstract class BrokerTest {

    static final Duration SOON = Duration.ofSeconds(10);

    final ScriptedBroker broker = ScriptedBroker.listen();
    final Events events = new Events();
    private final List<MqttClient> clients = new ArrayList<>();

    @AfterEach
    void end() {
        try {
            clients.forEach(client -> client.close(Duration.ZERO));
        } finally {
            broker.close();
        }
    }

    /// MQTT 5 only, unless a test says otherwise.
    MqttClientBuilder builder() {
        return MqttClient.builder()
                .broker(broker.url())
                .clientId("pump-17")
                .version(ProtocolVersion.V5)
                .topicAliases(0, 0) // bytes stay short where they are written out
                .subscriptionIdentifiers(false)
                .reconnect(Duration.ofMillis(1), Duration.ofMillis(4))
                .onEvent(events);
    }

    MqttClient open(MqttClientBuilder builder) {
        MqttClient client = builder.open();
        clients.add(client);
        return client;
    }

    /// Accepts the next connection and answers its CONNECT with success, session absent.
    BrokerConnection acceptNew() {
        return accept(Packets.connack(false, ReasonCode.SUCCESS));
    }

    /// Accepts the next connection, which wants to resume, and lets it.
    BrokerConnection acceptResumed() {
        return accept(Packets.connack(true, ReasonCode.SUCCESS));
    }

    BrokerConnection accept(Connack answer) {
        BrokerConnection connection = broker.accept();
        connection.welcome(answer);
        events.next(Connected.class);
        return connection;
    }

    /// As [#acceptNew] for 3.1.1, where a new session takes two connections.
    BrokerConnection acceptNew311() {
        BrokerConnection clearing = broker.accept();
        clearing.expect(Connect.class);
        clearing.sendBytes("20 02 00 00");
        clearing.expect(Disconnect.class);
        clearing.expectClosed();
        return acceptNew();
    }

    /// Closes on a thread of its own, while the test plays the broker.
    static CompletableFuture<Boolean> closing(MqttClient client, Duration timeout) {
        return CompletableFuture.supplyAsync(
                () -> client.close(timeout), task -> Thread.ofVirtual().start(task));
    }
}
