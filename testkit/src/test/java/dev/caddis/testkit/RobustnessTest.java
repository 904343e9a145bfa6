package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;

/// Bytes as they come, and bytes that should not.
class RobustnessTest extends BrokerTest {

    @Test
    void packets_that_arrive_byte_by_byte_are_packets() {
        MqttClient client = open(builder().subscribe("a", AT_LEAST_ONCE, delivery -> {}));
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.sendByteByByte(Packets.connack(false, ReasonCode.SUCCESS));
        c.sendByteByByte(Packets.suback(c.expect(Subscribe.class)));
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        c.sendByteByByte(
                Packets.puback(c.expect(Publish.class)),
                Packets.publish(1, AT_LEAST_ONCE, "a", "x".repeat(300)));
        c.expect(new Puback(1, ReasonCode.SUCCESS));
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @Test
    void many_packets_in_one_read_are_as_many_packets() {
        var handled = new LinkedBlockingQueue<String>();
        open(builder().subscribe("a", AT_LEAST_ONCE, d -> handled.add(d.text())));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        List<Packet> many = new ArrayList<>();
        for (int id = 1; id <= 1000; id++) {
            many.add(Packets.publish(id, AT_LEAST_ONCE, "a", "" + id));
        }
        c.send(many.toArray(new Packet[0]));
        for (int id = 1; id <= 1000; id++) {
            c.expect(new Puback(id, ReasonCode.SUCCESS));
        }
        assertThat(handled)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 1000).mapToObj(Integer::toString).toList());
    }

    @Test
    void a_packet_above_our_maximum_is_answered_with_0x95() {
        open(builder().maximumPacketSize(64));
        BrokerConnection c = acceptNew();
        c.send(Packets.publish(0, AT_MOST_ONCE, "a", "x".repeat(60)));
        c.expect(Packets.disconnect(ReasonCode.PACKET_TOO_LARGE));
        c.expectClosed();
        assertBroken("PUBLISH", "64");
        acceptResumed();
    }

    @ParameterizedTest
    @CsvSource({
        "QoS 3, 36 06 0001 61 0001 00, 0x81",
        "id 0, 32 06 0001 61 0000 00, 0x81|0x82",
        "reserved bits of PUBACK, 41 02 0001, 0x81",
        "length of five bytes, 30 FF FF FF FF 01, 0x81",
        "length longer than needed, 30 85 00 0001 61 00 31, 0x81",
        "topic longer than the packet, 30 03 0009 61, 0x81",
        "reserved type 0, 00 00, 0x81",
        "topic that is no UTF-8, 30 05 0002 C328 00, 0x81",
        "topic with a wildcard, 30 04 0001 23 00, 0x90|0x81|0x82",
        "a packet of clients, C0 00, 0x82",
        "topic alias never allowed, 30 07 0001 61 03 23 0001, 0x94|0x82",
        "AUTH without a method, F0 00, 0x82",
        "PUBACK for QoS 2's place in 5 bytes, 40 01 00, 0x81",
    })
    void malformed_bytes_are_answered_with_the_reason_and_left(
            String what, String bytes, String reasons) {
        open(builder());
        BrokerConnection c = acceptNew();
        c.sendBytes(bytes);
        ReasonCode reason = c.expect(Disconnect.class).reason();
        assertThat(reasons).as(what + ": " + reason).contains("0x%02X".formatted(reason.value()));
        c.expectClosed();
        assertBroken();
        acceptResumed();
    }

    @Test
    void malformed_bytes_over_3_1_1_end_the_connection_without_a_word() {
        open(builder().version(ProtocolVersion.V3_1_1));
        BrokerConnection c = acceptNew311();
        c.sendBytes("36 05 0001 61 0001");
        c.expectEnd();
        assertBroken();
        acceptResumed();
    }

    @Test
    void packets_before_malformed_bytes_count() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        int id = c.expect(Publish.class).packetId();
        c.sendBytes("40 02 %04X FF FF".formatted(id));
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
        c.expect(Disconnect.class);
        c.expectClosed();
    }

    @Test
    void answers_to_nothing_do_not_disturb() {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        c.sendBytes("40 02 0009 70 02 0009 D0 00");
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        c.send(Packets.puback(c.expect(Publish.class)));
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "AT_LEAST_ONCE, 50 02 0001",
        "EXACTLY_ONCE, 40 02 0001",
        "EXACTLY_ONCE, 70 02 0001"
    })
    void an_acknowledgement_of_the_wrong_kind_is_a_protocol_error(Qos qos, String bytes) {
        MqttClient client = open(builder());
        BrokerConnection c = acceptNew();
        client.submit(Message.of("data", "1").qos(qos));
        assertThat(c.expect(Publish.class).packetId()).isEqualTo(1);
        c.sendBytes(bytes);
        c.expect(Packets.disconnect(ReasonCode.PROTOCOL_ERROR));
        c.expectClosed();
    }

    @Test
    void a_broker_that_exceeds_our_receive_maximum_is_left_with_0x93() {
        open(
                builder()
                        .receiveMaximum(2)
                        .subscribe("a", AT_LEAST_ONCE, delivery -> Thread.currentThread().join()));
        BrokerConnection c = acceptNew();
        c.send(Packets.suback(c.expect(Subscribe.class)));
        for (int id = 1; id <= 3; id++) {
            c.send(Packets.publish(id, AT_LEAST_ONCE, "a", "x"));
        }
        c.expect(Packets.disconnect(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED));
        c.expectClosed();
    }

    private void assertBroken(String... named) {
        ConnectionFailure failure = events.next(Disconnected.class).reason();
        assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL_ERROR);
        if (named.length > 0) {
            assertThat(failure.sentence()).contains(named);
        }
    }
}
