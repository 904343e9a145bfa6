package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.Publish;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/// Is the other side still there? A keep alive of one second is the shortest there is, so each ping
/// here takes three quarters of one.
class KeepAliveTest extends BrokerTest {

    private MqttClientBuilder pinging() {
        return builder().keepAlive(Duration.ofSeconds(1));
    }

    @Test
    void a_ping_that_is_answered_keeps_the_connection() {
        open(pinging());
        BrokerConnection c = acceptNew();
        for (int i = 0; i < 2; i++) {
            c.expectBytes("C0 00");
            c.sendBytes("D0 00");
        }
    }

    @Test
    void a_missing_PINGRESP_ends_the_connection() { // F16
        open(pinging().pingTimeout(Duration.ofMillis(30)));
        BrokerConnection c = acceptNew();
        c.expect(Pingreq.class); // and no second one
        c.expectEnd();
        ConnectionFailure failure = events.next(Disconnected.class).reason();
        assertThat(failure.kind()).isEqualTo(Kind.KEEP_ALIVE);
        assertThat(failure.sentence()).contains("PINGREQ", "30 ms");
        acceptResumed();
    }

    @Test
    void a_client_that_sends_and_hears_nothing_pings() { // F17
        MqttClient client = open(pinging());
        BrokerConnection c = acceptNew();
        Packet packet;
        do {
            client.submit(Message.of("data", "x"));
            packet = c.expect(Packet.class);
        } while (packet instanceof Publish);
        assertThat(packet).isInstanceOf(Pingreq.class);
        c.reset(); // a last message may be under way
    }

    @Test
    void a_client_that_hears_and_sends_nothing_pings() throws Exception { // F17
        open(pinging());
        BrokerConnection c = acceptNew();
        AtomicBoolean pinged = new AtomicBoolean();
        Thread chatter =
                Thread.ofVirtual()
                        .start(() -> {
                            while (!pinged.get()) {
                                c.send(Packets.publish(0, AT_MOST_ONCE, "chatter", "x"));
                            }
                        });
        c.expect(Pingreq.class);
        pinged.set(true);
        chatter.join();
        c.send(new Pingresp());
    }

    @Test
    void the_keep_alive_of_the_broker_overrides_ours() { // [MQTT-3.2.2-21]
        open(builder().keepAlive(Duration.ZERO));
        BrokerConnection c = accept(Packets.accepting().serverKeepAliveSeconds(1).build());
        c.expect(Pingreq.class);
        c.send(new Pingresp());
    }

    @Test
    void a_broker_that_wants_no_keep_alive_is_pinged_at_our_own_interval() { // F17
        open(pinging());
        BrokerConnection c = accept(Packets.accepting().serverKeepAliveSeconds(0).build());
        c.expect(Pingreq.class);
        c.send(new Pingresp());
    }

    @Test
    void a_peer_that_never_reads_is_left_by_the_write_deadline() { // F18
        MqttClient client =
                open(
                        builder()
                                .writeTimeout(Duration.ofMillis(200))
                                .closeTimeout(Duration.ofMillis(100)));
        BrokerConnection c = acceptNew();
        c.stall();
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 24; i++) {
            client.submit(Message.of("data", large).qos(AT_LEAST_ONCE));
        }
        ConnectionFailure failure = events.next(Disconnected.class).reason();
        assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
        assertThat(failure.sentence()).contains("took no bytes", "200 ms");
        BrokerConnection resumed = acceptResumed();
        assertThat(resumed.expect(Publish.class).dup()).isTrue();
        resumed.stall();
    }

    @Test
    void close_waits_no_longer_than_its_deadline_for_a_peer_that_never_reads() { // F18, F19
        MqttClient client = open(builder().closeTimeout(Duration.ofSeconds(4)));
        BrokerConnection c = acceptNew();
        c.stall();
        byte[] large = new byte[1 << 20];
        for (int i = 0; i < 24; i++) {
            client.submit(Message.of("data", large).qos(AT_LEAST_ONCE));
        }
        assertThat(closing(client, Duration.ofMillis(100)))
                .succeedsWithin(Duration.ofMillis(7900)) // not 4 s for each of two threads
                .isEqualTo(false);
    }
}
