package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent.ConnectFailed;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Birth, "offline", will, and the end.
class CloseTest extends BrokerTest {

    private static final Message ONLINE =
            Message.of("state", "online").qos(AT_LEAST_ONCE).retained();
    private static final Message OFFLINE =
            Message.of("state", "offline").qos(AT_LEAST_ONCE).retained();

    private MqttClientBuilder available() {
        return builder().will(OFFLINE).birth(ONLINE).offline(OFFLINE);
    }

    private static Publish expectText(BrokerConnection c, String text) {
        Publish publish = c.expect(Publish.class);
        assertThat(publish.payload().asUtf8()).isEqualTo(text);
        return publish;
    }

    @Test
    void close_waits_for_acknowledgements_and_says_true() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Receipt receipt = client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        Publish publish = c.expect(Publish.class);
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.send(Packets.puback(publish));
        Disconnect disconnect = c.expect(Disconnect.class);
        assertThat(disconnect.reason()).isEqualTo(ReasonCode.SUCCESS);
        c.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
        receipt.awaitAcknowledged(SOON);
    }

    @Test
    void close_without_the_acknowledgement_says_false_after_its_time() { // F19
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        c.expect(Publish.class);
        CompletableFuture<Boolean> closed = closing(client, Duration.ofMillis(300));
        c.expect(Disconnect.class);
        c.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(false);
    }

    @Test
    void close_comes_back_to_a_broker_that_was_lost_to_finish() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        c.expect(Publish.class);
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.reset();
        BrokerConnection resumed = acceptResumed();
        resumed.send(Packets.puback(resumed.expect(Publish.class)));
        resumed.expect(Disconnect.class);
        resumed.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void a_clean_end_also_ends_a_session_that_nobody_can_resume() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.expectBytes("E0 07 00 05 11 00000000");
        c.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void the_birth_goes_before_the_outbox_on_every_connect_and_offline_before_DISCONNECT() { // F39
        MqttClient client = open(available());
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        BrokerConnection c = acceptNew();
        c.send(Packets.puback(expectText(c, "online")));
        c.send(Packets.puback(expectText(c, "1")));
        c.reset();
        BrokerConnection resumed = acceptResumed();
        Publish birth = expectText(resumed, "online");
        assertThat(birth.retain()).isTrue();
        resumed.send(Packets.puback(birth));
        CompletableFuture<Boolean> closed = closing(client, SOON);
        resumed.send(Packets.puback(expectText(resumed, "offline")));
        assertThat(resumed.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        resumed.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void an_unanswered_birth_is_repeated_once_not_twice() { // F39
        open(available());
        BrokerConnection c = acceptNew();
        expectText(c, "online");
        c.reset();
        BrokerConnection resumed = acceptResumed();
        Publish again = expectText(resumed, "online");
        assertThat(again.dup()).isTrue();
        resumed.send(Packets.puback(again));
        resumed.expectNothingFor(Duration.ofMillis(30));
        resumed.reset();
    }

    @Test
    void a_birth_without_an_answer_is_no_message_that_is_open() {
        MqttClient client = open(available());
        BrokerConnection c = acceptNew();
        expectText(c, "online");
        assertThat(client.status().openExchanges()).isZero();
        c.reset();
    }

    @Test
    void the_birth_is_said_again_when_our_own_offline_is_seen() { // F39
        open(available().subscribe("state", AT_MOST_ONCE, delivery -> {}));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        c.send(Packets.puback(expectText(c, "online")));
        c.send(Packets.publish(0, AT_MOST_ONCE, "state", "offline")); // a late will
        c.send(Packets.puback(expectText(c, "online")));
        c.reset();
    }

    @Test
    void an_offline_without_answer_leaves_the_word_to_the_will() {
        MqttClient client = open(available());
        BrokerConnection c = acceptNew();
        c.send(Packets.puback(expectText(c, "online")));
        CompletableFuture<Boolean> closed = closing(client, Duration.ofMillis(300));
        expectText(c, "offline");
        assertThat(c.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.DISCONNECT_WITH_WILL);
        c.expectClosed();
        assertThat(closed).succeedsWithin(SOON);
    }

    @Test
    void an_offline_without_answer_over_3_1_1_closes_without_DISCONNECT() {
        MqttClient client = open(available().version(ProtocolVersion.V3_1_1));
        BrokerConnection c = acceptNew311();
        c.send(Packets.puback(expectText(c, "online")));
        CompletableFuture<Boolean> closed = closing(client, Duration.ofMillis(300));
        expectText(c, "offline");
        c.expectEnd();
        assertThat(closed).succeedsWithin(SOON);
    }

    @Test
    void close_leaves_no_thread_behind() { // F20
        List<Thread> before = ownThreads();
        for (int i = 0; i < 5; i++) {
            MqttClient client = open(builder());
            BrokerConnection c = acceptNew();
            CompletableFuture<Boolean> closed = closing(client, SOON);
            c.expect(Disconnect.class);
            c.expectClosed();
            assertThat(closed).succeedsWithin(SOON);
        }
        assertThat(ownThreads()).isSubsetOf(before);
    }

    @Test
    void close_after_failed_connects_leaves_no_thread_behind() throws Exception { // F20
        List<Thread> before = ownThreads();
        MqttClient silent = open(builder().connackTimeout(Duration.ofMillis(300)));
        BrokerConnection unanswered = broker.accept();
        unanswered.expect(Connect.class);
        unanswered.expectEnd();
        silent.close(Duration.ZERO);
        MqttClient handshaking = open(builder().broker("mqtts://localhost:" + broker.port()));
        broker.acceptStalled();
        handshaking.close(Duration.ZERO);
        broker.stopListening();
        events.next(ConnectFailed.class);
        MqttClient refused = open(builder());
        events.next(ConnectFailed.class);
        refused.close(Duration.ZERO);
        for (Thread helper : ownThreads()) { // cannot be interrupted, and is soon done
            if (List.of("caddis-dns", "caddis-identity").contains(helper.getName())) {
                assertThat(helper.join(SOON)).isTrue();
            }
        }
        assertThat(ownThreads()).isSubsetOf(before);
    }

    private static List<Thread> ownThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("caddis-"))
                .toList();
    }
}
