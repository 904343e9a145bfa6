package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageDroppedException;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent.PublishRefused;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/// Messages to the broker, and what becomes of them.
class PublishTest extends BrokerTest {

    private static Message message(Qos qos, String text) {
        return Message.of("data", text).qos(qos);
    }

    @Test
    void each_quality_of_service_has_exactly_these_bytes() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        client.submit(message(AT_MOST_ONCE, "0"));
        c.expectBytes("30 08 0004 64617461 00 30");
        client.submit(message(AT_LEAST_ONCE, "1").retained());
        c.expectBytes("33 0A 0004 64617461 0001 00 31");
        c.sendBytes("40 02 0001");
        client.submit(message(EXACTLY_ONCE, "2"));
        c.expectBytes("34 0A 0004 64617461 0002 00 32");
        c.sendBytes("50 02 0002");
        c.expectBytes("62 02 0002");
        c.sendBytes("70 02 0002");
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void a_refusal_in_PUBACK_fails_the_receipt_and_the_connection_goes_on() { // F41
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Receipt refused = client.submit(message(AT_LEAST_ONCE, "1"));
        Publish publish = c.expect(Publish.class);
        c.send(new Puback(publish.packetId(), ReasonCode.QUOTA_EXCEEDED));
        assertThatThrownBy(() -> refused.awaitAcknowledged(SOON))
                .isInstanceOfSatisfying(
                        BrokerRefusedException.class,
                        e -> assertThat(e.reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED))
                .hasMessageContaining("quota exceeded (0x97)");
        assertThat(events.next(PublishRefused.class).reason()).isEqualTo(ReasonCode.QUOTA_EXCEEDED);
        Receipt next = client.submit(message(AT_LEAST_ONCE, "2"));
        c.send(Packets.puback(c.expect(Publish.class)));
        next.awaitAcknowledged(SOON);
    }

    @Test
    void a_refusal_in_PUBREC_ends_the_exchange_and_frees_its_place() { // F10
        MqttClient client = open(builder());
        BrokerConnection c = accept(Packets.accepting().receiveMaximum(1).build());
        Receipt refused = client.submit(message(EXACTLY_ONCE, "1"));
        Receipt next = client.submit(message(EXACTLY_ONCE, "2"));
        Publish publish = c.expect(Publish.class);
        c.send(new Pubrec(publish.packetId(), ReasonCode.NOT_AUTHORIZED));
        assertThatThrownBy(() -> refused.awaitAcknowledged(SOON))
                .isInstanceOf(BrokerRefusedException.class)
                .hasMessageContaining("not authorized (0x87)");
        c.send(Packets.pubrec(c.expect(Publish.class))); // no PUBREL for the first
        c.send(Packets.pubcomp(c.expect(Pubrel.class)));
        next.awaitAcknowledged(SOON);
    }

    @Test
    void no_matching_subscribers_is_a_success_with_that_reason() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Receipt receipt = client.submit(message(AT_LEAST_ONCE, "1"));
        c.send(new Puback(c.expect(Publish.class).packetId(), ReasonCode.NO_MATCHING_SUBSCRIBERS));
        assertThat(receipt.awaitAcknowledged(SOON).reason())
                .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void the_receive_maximum_of_the_broker_is_obeyed() { // F21
        MqttClient client = open(builder());
        BrokerConnection c = accept(Packets.accepting().receiveMaximum(2).build());
        for (int i = 1; i <= 4; i++) {
            client.publish(message(i % 2 == 0 ? EXACTLY_ONCE : AT_LEAST_ONCE, "" + i));
        }
        Publish one = c.expect(Publish.class);
        Publish two = c.expect(Publish.class);
        c.send(Packets.pubrec(two));
        Pubrel pubrel = c.expect(Pubrel.class); // and no third PUBLISH before it
        c.expectNothingFor(Duration.ofMillis(30));
        c.send(Packets.puback(one));
        Publish three = c.expect(Publish.class);
        c.send(Packets.pubcomp(pubrel));
        Publish four = c.expect(Publish.class);
        c.send(Packets.puback(three), Packets.pubrec(four));
        c.send(Packets.pubcomp(c.expect(Pubrel.class)));
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void a_message_above_the_brokers_maximum_packet_size_fails_alone() { // F22
        MqttClient client = open(builder());
        BrokerConnection c = accept(Packets.accepting().maximumPacketSize(64).build());
        Receipt large = client.submit(message(AT_LEAST_ONCE, "x".repeat(54)));
        Receipt largeQos0 = client.submit(message(AT_MOST_ONCE, "x".repeat(60)));
        Receipt fits = client.submit(message(AT_LEAST_ONCE, "y".repeat(53)));
        Publish publish = c.expect(Publish.class);
        assertThat(publish.payload().asUtf8()).startsWith("y");
        c.send(Packets.puback(publish));
        fits.awaitAcknowledged(SOON);
        assertDropped(large, DropCause.TOO_LARGE);
        assertDropped(largeQos0, DropCause.TOO_LARGE);
    }

    @Test
    void a_message_too_large_for_the_resumed_connection_fails_alone() { // F22
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        Receipt large = client.submit(message(AT_LEAST_ONCE, "x".repeat(100)));
        c.expect(Publish.class);
        c.reset();
        BrokerConnection resumed =
                accept(Packets.accepting().sessionPresent().maximumPacketSize(64).build());
        Receipt fits = client.submit(message(AT_LEAST_ONCE, "y"));
        resumed.send(Packets.puback(resumed.expect(Publish.class)));
        fits.awaitAcknowledged(SOON);
        assertDropped(large, DropCause.TOO_LARGE);
    }

    @Test
    void what_the_broker_does_not_support_fails_alone() {
        MqttClient client = open(builder());
        BrokerConnection c =
                accept(Packets.accepting().maximumQos(AT_LEAST_ONCE).noRetain().build());
        Receipt qos2 = client.submit(message(EXACTLY_ONCE, "1"));
        Receipt retained = client.submit(message(AT_LEAST_ONCE, "2").retained());
        Receipt plain = client.submit(message(AT_LEAST_ONCE, "3"));
        c.send(Packets.puback(c.expect(Publish.class)));
        plain.awaitAcknowledged(SOON);
        assertDropped(qos2, DropCause.NOT_SUPPORTED);
        assertDropped(retained, DropCause.NOT_SUPPORTED);
    }

    @Test
    void a_message_that_cannot_be_encoded_is_refused_at_the_door_and_disturbs_nobody() { // F41
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        assertThatThrownBy(() ->
                        client.submit(message(AT_LEAST_ONCE, "1").contentType("t".repeat(70_000))))
                .isInstanceOf(IllegalArgumentException.class);
        Receipt next = client.submit(message(AT_LEAST_ONCE, "2"));
        c.send(Packets.puback(c.expect(Publish.class)));
        next.awaitAcknowledged(SOON);
    }

    @Test
    void QoS_0_without_a_connection_is_dropped_and_says_so() {
        broker.stopListening();
        MqttClient client = open(builder());
        assertDropped(client.submit(message(AT_MOST_ONCE, "1")), DropCause.NOT_CONNECTED);
    }

    @Test
    void messages_keep_their_order_of_acceptance() { // F33
        MqttClient client = open(builder());
        for (int i = 0; i < 500; i++) {
            client.submit(message(AT_LEAST_ONCE, "" + i));
        }
        BrokerConnection c = accept(Packets.accepting().receiveMaximum(50).build());
        for (int i = 0; i < 500; i++) {
            Publish publish = c.expect(Publish.class);
            assertThat(publish.payload().asUtf8()).isEqualTo("" + i);
            c.send(Packets.puback(publish));
        }
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    private static void assertDropped(Receipt receipt, DropCause cause) {
        assertThatThrownBy(() -> receipt.awaitAcknowledged(SOON))
                .isInstanceOfSatisfying(
                        MessageDroppedException.class,
                        dropped -> assertThat(dropped.dropCause()).isEqualTo(cause));
    }
}
