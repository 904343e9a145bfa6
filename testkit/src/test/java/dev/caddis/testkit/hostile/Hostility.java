package dev.caddis.testkit.hostile;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.testkit.BrokerConnection;
import dev.caddis.testkit.Packets;
import dev.caddis.testkit.ScriptedBroker;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A client with a subscription to `a/b`, and a broker that lets it connect and resume to spoil
/// each connection in another way.
final class Hostility implements AutoCloseable {

    private final ScriptedBroker broker = ScriptedBroker.listen();
    private final Queue<String> delivered = new ConcurrentLinkedQueue<>();
    private final ProtocolVersion version;
    private final MqttClient client;
    private boolean established;

    Hostility(ProtocolVersion version) {
        this.version = version;
        client =
                MqttClient.builder()
                        .broker(broker.url())
                        .clientId("pump-17")
                        .version(version)
                        .reconnect(Duration.ofMillis(1), Duration.ofMillis(2))
                        .stableAfter(Duration.ofNanos(1)) // else it is kicked, and is patient
                        .maximumPacketSize(MalformedPackets.MAXIMUM_PACKET_SIZE)
                        .subscribe("a/b", AT_LEAST_ONCE, delivery -> delivered.add(delivery.text()))
                        .defaultHandler(delivery -> delivered.add(delivery.topic()))
                        .open();
    }

    /// The next connection, accepted and, when it is the first, subscribed.
    BrokerConnection online() {
        if (established) {
            BrokerConnection resumed = broker.accept();
            resumed.welcome(Packets.connack(true, SUCCESS));
            return resumed;
        }
        if (version == ProtocolVersion.V3_1_1) { // a new session takes two connections
            BrokerConnection clearing = broker.accept();
            clearing.expect(Connect.class);
            clearing.sendBytes("20 02 00 00");
            clearing.expect(Disconnect.class);
            clearing.expectClosed();
        }
        BrokerConnection first = broker.accept();
        first.welcome();
        first.send(Packets.suback(first.expect(Subscribe.class)));
        established = true;
        return first;
    }

    /// Sends it to the client that is online, and waits for what must follow.
    void sendOnline(Malformed malformed) {
        BrokerConnection c = online();
        try {
            c.sendBytes(malformed.hex());
            if (malformed.reason() == null) {
                c.close(); // the client's next connection shows that it noticed
            } else if (version == ProtocolVersion.V5) {
                assertThat(c.expect(Disconnect.class).reason()).isEqualTo(malformed.reason());
                c.expectClosed();
            } else {
                c.expectEnd(); // 3.1.1 has no words for it
            }
        } catch (AssertionError e) {
            throw new AssertionError(malformed + ": " + e.getMessage(), e);
        }
    }

    /// Sends it in the place of CONNACK, and waits for the end, which follows without a word.
    void sendInsteadOfConnack(String hex) {
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.sendBytes(hex);
        c.expectEnd();
    }

    /// Nothing was delivered so far, and what comes now is.
    void assertUnharmed() {
        BrokerConnection c = online();
        assertThat(delivered).isEmpty();
        c.send(
                Packets.publish(0, AT_MOST_ONCE, "a/b", "one"),
                Packets.publish(7, AT_LEAST_ONCE, "a/b", "two"));
        c.expect(new Puback(7, SUCCESS));
        assertThat(delivered).containsExactlyElementsOf(List.of("one", "two"));
    }

    @Override
    public void close() {
        client.close(Duration.ZERO);
        broker.close();
    }
}
