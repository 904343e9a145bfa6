package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent.SessionLost;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A session outlives its connections.
class SessionTest extends BrokerTest {

    private static Message one(String text) {
        return Message.of("data", text).qos(AT_LEAST_ONCE);
    }

    private static Message two(String text) {
        return Message.of("data", text).qos(EXACTLY_ONCE);
    }

    @Test
    void a_resumed_session_sends_PUBRELs_first_then_PUBLISHes_in_order_with_their_ids_and_DUP() {
        // F02, F05, F06, F33
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Receipt first = client.submit(one("1"));
        Receipt second = client.submit(two("2"));
        Receipt third = client.submit(two("3"));
        Publish one = c.expect(Publish.class);
        Publish two = c.expect(Publish.class);
        Publish three = c.expect(Publish.class);
        c.send(Packets.pubrec(three));
        Pubrel released = c.expect(Pubrel.class);
        assertThat(released.packetId()).isEqualTo(three.packetId());
        c.reset();
        BrokerConnection resumed = broker.accept();
        Receipt fourth = client.submit(one("4"));
        assertThat(resumed.welcome(Packets.connack(true, ReasonCode.SUCCESS)).cleanStart())
                .isFalse();
        resumed.expect(released);
        resumed.expect(one.withDelivery(one.packetId(), true));
        resumed.expect(two.withDelivery(two.packetId(), true));
        Publish four = resumed.expect(Publish.class);
        assertThat(four.dup()).isFalse();
        assertThat(four.packetId()).isNotIn(one.packetId(), two.packetId(), three.packetId());
        resumed.send(
                Packets.pubcomp(released),
                Packets.puback(one),
                Packets.puback(four),
                Packets.pubrec(two));
        resumed.send(Packets.pubcomp(resumed.expect(Pubrel.class)));
        for (Receipt receipt : new Receipt[] {first, second, third, fourth}) {
            assertThat(receipt.awaitAcknowledged(SOON).possiblyRepeated()).isFalse();
        }
    }

    @Test
    void an_absent_session_is_made_up_for_as_promised() { // F03
        MqttClient client = open(builder().subscribe("commands/#", AT_LEAST_ONCE, d -> {}));
        BrokerConnection c = accept(Packets.accepting().receiveMaximum(2).build());
        c.send(Packets.suback(c.expect(Subscribe.class)));
        Receipt unanswered = client.submit(one("unanswered"));
        Receipt released = client.submit(two("released"));
        Receipt queued = client.publish(one("queued"));
        c.expect(Publish.class);
        c.send(Packets.pubrec(c.expect(Publish.class)));
        c.expect(Pubrel.class);
        c.reset();

        BrokerConnection fresh = broker.accept();
        assertThat(fresh.welcome().cleanStart()).isFalse();
        assertThat(events.next(SessionLost.class).republished()).isEqualTo(1);
        assertThat(released.awaitAcknowledged(SOON).possiblyRepeated()).isFalse(); // trust
        fresh.send(Packets.suback(fresh.expect(Subscribe.class)));
        Publish again = fresh.expect(Publish.class);
        assertThat(again.payload().asUtf8()).isEqualTo("unanswered");
        assertThat(again.dup()).isFalse();
        Publish next = fresh.expect(Publish.class);
        assertThat(next.payload().asUtf8()).isEqualTo("queued");
        fresh.send(Packets.puback(again), Packets.puback(next));
        assertThat(unanswered.awaitAcknowledged(SOON).possiblyRepeated()).isTrue();
        assertThat(queued.awaitAcknowledged(SOON).possiblyRepeated()).isFalse();
    }

    @Test
    void a_present_session_with_the_same_filters_is_not_subscribed_again() {
        MqttClient client = open(builder().subscribe("commands/#", AT_LEAST_ONCE, d -> {}));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        c.reset();
        BrokerConnection resumed = acceptResumed();
        client.submit(one("1"));
        resumed.send(Packets.puback(resumed.expect(Publish.class))); // and nothing before it
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void a_SUBSCRIBE_without_answer_is_sent_again_to_a_present_session() {
        open(builder().subscribe("commands/#", AT_LEAST_ONCE, d -> {}));
        BrokerConnection c = acceptNew();
        c.expect(Subscribe.class);
        c.reset();
        BrokerConnection resumed = acceptResumed();
        resumed.send(Packets.suback(resumed.expect(Subscribe.class)));
    }

    @Test
    void a_broker_that_closes_in_the_middle_of_QoS_2_gets_PUBREL() { // F06, F10
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Receipt receipt = client.submit(two("1"));
        c.send(Packets.pubrec(c.expect(Publish.class)));
        Pubrel pubrel = c.expect(Pubrel.class);
        c.close();
        BrokerConnection resumed = acceptResumed();
        resumed.expect(pubrel);
        resumed.send(Packets.pubcomp(pubrel));
        receipt.awaitAcknowledged(SOON);
    }

    @Test
    void an_incoming_QoS_2_message_is_handled_once_over_two_connections() throws Exception { // F07
        var handled = new LinkedBlockingQueue<String>();
        open(builder().subscribe("commands/#", EXACTLY_ONCE, d -> handled.add(d.text())));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        Publish go = Packets.publish(7, EXACTLY_ONCE, "commands/go", "go");
        c.send(go);
        c.expect(new Pubrec(7, ReasonCode.SUCCESS));
        assertThat(handled.poll(10, TimeUnit.SECONDS)).isEqualTo("go");
        c.close();

        BrokerConnection resumed = acceptResumed();
        resumed.send(go.withDelivery(7, true));
        resumed.expect(new Pubrec(7, ReasonCode.SUCCESS));
        resumed.send(Packets.pubrel(7));
        resumed.expect(new Pubcomp(7, ReasonCode.SUCCESS));
        Publish next = Packets.publish(7, EXACTLY_ONCE, "commands/go", "next");
        resumed.send(next); // the identifier is free again
        resumed.expect(new Pubrec(7, ReasonCode.SUCCESS));
        assertThat(handled.poll(10, TimeUnit.SECONDS)).isEqualTo("next");
    }

    @Test
    void an_incoming_QoS_1_duplicate_is_handled_again() throws Exception {
        var handled = new LinkedBlockingQueue<Boolean>();
        open(builder().subscribe("commands/#", AT_LEAST_ONCE, d -> handled.add(d.duplicate())));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        Publish go = Packets.publish(7, AT_LEAST_ONCE, "commands/go", "go");
        c.send(go);
        c.expect(new Puback(7, ReasonCode.SUCCESS));
        c.send(go.withDelivery(7, true));
        c.expect(new Puback(7, ReasonCode.SUCCESS));
        assertThat(handled.poll(10, TimeUnit.SECONDS)).isFalse();
        assertThat(handled.poll(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void an_unknown_PUBREL_is_answered() { // F09
        open(builder());
        BrokerConnection c = acceptNew();
        c.send(Packets.pubrel(9));
        c.expect(new Pubcomp(9, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
    }

    @Test
    void a_smaller_receive_maximum_of_the_next_connection_is_obeyed_while_resuming() { // F21, F22
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        client.submit(one("1"));
        client.submit(one("2"));
        Publish one = c.expect(Publish.class);
        Publish two = c.expect(Publish.class);
        c.reset();
        BrokerConnection resumed =
                accept(Packets.accepting().sessionPresent().receiveMaximum(1).build());
        resumed.expect(one.withDelivery(one.packetId(), true));
        resumed.expectNothingFor(Duration.ofMillis(30));
        resumed.send(Packets.puback(one));
        resumed.expect(two.withDelivery(two.packetId(), true));
        resumed.send(Packets.puback(two));
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void without_expiry_every_connection_has_a_session_of_its_own() {
        open(builder().sessionExpiry(Duration.ZERO));
        for (int i = 0; i < 3; i++) {
            BrokerConnection c = broker.accept();
            Connect connect = c.welcome();
            assertThat(connect.cleanStart()).isTrue();
            assertThat(connect.properties().sessionExpirySeconds()).isNull();
            c.reset();
        }
    }
}
