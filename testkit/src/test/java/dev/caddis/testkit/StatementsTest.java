package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;
import static dev.caddis.mqtt.packet.Qos.EXACTLY_ONCE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Statements of the standard that only a whole client can keep, byte by byte.
class StatementsTest extends BrokerTest {

    @ParameterizedTest
    @CsvSource({
        "DISCONNECT with flag 1, E1 00",
        "DISCONNECT with flag 2, E2 01 8B",
        "DISCONNECT with flag 8, E8 00",
        "AUTH with flag 1, F1 00",
        "AUTH with flag 4, F4 06 18 04 15 0001 6D",
        "PUBREL without its flag, 60 02 0001",
        "PUBACK with flag 2, 42 02 0001",
        "PINGRESP with flag 8, D8 00",
        "SUBACK with flag 1, 91 04 0001 00 00",
        "QoS 3, 36 06 0001 61 0001 00",
        "QoS 3 with DUP, 3E 06 0001 61 0001 00"
    })
    void reserved_bits_are_answered_with_0x81_and_the_connection_is_closed(
            String what, String bytes) { // [MQTT-3.14.1-1] [MQTT-3.15.1-1] [MQTT-3.3.1-4]
        open(builder());
        BrokerConnection c = acceptNew();
        c.sendBytes(bytes);
        c.expectBytes("E0 01 81");
        c.expectClosed();
    }

    @ParameterizedTest
    @CsvSource({
        "reserved bits, 42 02 0001",
        "QoS 3, 36 05 0001 61 0001",
        "U+0000, 30 04 0002 6100",
        "a surrogate, 30 05 0003 EDA080",
        "no UTF-8, 30 04 0002 C328",
        "CONNACK twice, 20 02 00 00",
        "identifier 0, 32 05 0001 61 0000",
        "a SUBACK for nothing, 90 03 0009 00",
        "an UNSUBACK for nothing, B0 02 0009",
        "AUTH, F0 00",
        "DISCONNECT of a server, E0 00"
    })
    void over_3_1_1_a_broken_rule_closes_the_connection(String what, String bytes) {
        // 3.1.1: [MQTT-4.8.0-1] [MQTT-2.2.2-2] [MQTT-3.3.1-4] [MQTT-1.5.3-1] [MQTT-1.5.3-2]
        open(builder().version(ProtocolVersion.V3_1_1));
        BrokerConnection c = acceptNew311();
        c.sendBytes(bytes);
        c.expectEnd();
        acceptResumed();
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_sent_behind_DISCONNECT_which_closes_the_connection(ProtocolVersion version) {
        // [MQTT-3.14.4-1] [MQTT-3.14.4-2]
        MqttClient client = open(builder().version(version).sessionExpiry(Duration.ZERO));
        BrokerConnection c = acceptNew();
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.expect(Disconnect.class);
        c.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
    }

    @ParameterizedTest
    @EnumSource
    void a_message_that_came_with_DUP_is_sent_on_without(ProtocolVersion version)
            throws InterruptedException { // [MQTT-3.3.1-3]
        var arrived = new LinkedBlockingQueue<Message>();
        MqttClient client =
                open(
                        builder()
                                .version(version)
                                .sessionExpiry(Duration.ZERO)
                                .defaultHandler(delivery -> arrived.add(delivery.message())));
        BrokerConnection c = acceptNew();
        String none = version == ProtocolVersion.V5 ? "00" : "";
        String length = version == ProtocolVersion.V5 ? "06" : "05";
        c.sendBytes("3A" + length + "0001 61 0009" + none);
        c.expectBytes("40 02 0009");
        Message message = arrived.poll(10, TimeUnit.SECONDS);
        assertThat(message).isNotNull();
        client.submit(message);
        c.expectBytes("32" + length + "0001 61 0001" + none);
    }

    @Test
    void the_whole_of_3_1_1_needs_nothing_beyond_it() {
        MqttClient client = // 3.1.1: [MQTT-7.0.0-2] [MQTT-3.1.0-1]
                open(builder().version(ProtocolVersion.V3_1_1).sessionExpiry(Duration.ZERO));
        BrokerConnection c = broker.accept();
        c.expectBytes("10 13 0004 4D515454 04 02 003C 0007 70756D702D3137");
        c.sendBytes("20 02 00 00");
        var subscription = client.subscribe("a/#", EXACTLY_ONCE, delivery -> {});
        c.expectBytes("82 08 0001 0003 612F23 02");
        c.sendBytes("90 03 0001 02");
        assertThat(subscription.awaitGranted(SOON)).isEqualTo(EXACTLY_ONCE);
        c.sendBytes("30 04 0001 61 31");
        c.sendBytes("32 06 0001 61 0007 31");
        c.expectBytes("40 02 0007");
        c.sendBytes("34 06 0001 61 0008 31");
        c.expectBytes("50 02 0008");
        c.sendBytes("62 02 0008");
        c.expectBytes("70 02 0008");
        client.submit(Message.of("b", "0").qos(AT_MOST_ONCE));
        c.expectBytes("30 04 0001 62 30");
        client.submit(Message.of("b", "1").qos(AT_LEAST_ONCE));
        c.expectBytes("32 06 0001 62 0002 31");
        c.sendBytes("40 02 0002");
        client.submit(Message.of("b", "2").qos(EXACTLY_ONCE));
        c.expectBytes("34 06 0001 62 0003 32");
        c.sendBytes("50 02 0003");
        c.expectBytes("62 02 0003");
        c.sendBytes("70 02 0003");
        var ended = CompletableFuture.runAsync(() -> subscription.unsubscribe(SOON));
        c.expectBytes("A2 07 0004 0003 612F23");
        c.sendBytes("B0 02 0004");
        assertThat(ended).succeedsWithin(SOON);
        CompletableFuture<Boolean> closed = closing(client, SOON);
        c.expectBytes("E0 00");
        c.expectClosed();
        assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
    }

    @Test
    void a_DISCONNECT_of_0x80_and_above_closes_the_connection() { // [MQTT-4.13.2-1]
        open(builder());
        BrokerConnection c = broker.accept();
        c.welcome(Packets.accepting().reason(ReasonCode.SERVER_BUSY, "of a test").build());
        c.expectEnd();
        BrokerConnection d = acceptNew();
        d.send(Packets.disconnect(ReasonCode.SERVER_SHUTTING_DOWN));
        d.expectEnd();
        BrokerConnection e = acceptResumed();
        e.sendBytes("00 00");
        e.expect(Packets.disconnect(ReasonCode.MALFORMED_PACKET));
        e.expectClosed();
    }
}
