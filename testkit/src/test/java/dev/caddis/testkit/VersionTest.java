package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageDroppedException;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.Subscription;
import dev.caddis.mqtt.event.ClientEvent.ConnectFailed;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ClientEvent.Dropped;
import dev.caddis.mqtt.event.ClientEvent.VersionFallback;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/// `auto`, and what must not be stripped to fit 3.1.1 (law 7).
class VersionTest extends BrokerTest {

    private MqttClientBuilder auto() {
        return MqttClient.builder()
                .broker(broker.url())
                .clientId("pump-17")
                .reconnect(Duration.ofMillis(1), Duration.ofMillis(4))
                .onEvent(events);
    }

    private void expectConnect(BrokerConnection c, ProtocolVersion version) {
        assertThat(c.expect(Connect.class).version()).isEqualTo(version);
    }

    private void refuseMqtt5() {
        BrokerConnection c = broker.accept();
        expectConnect(c, ProtocolVersion.V5);
        c.send(Packets.connack(false, ReasonCode.UNSUPPORTED_PROTOCOL_VERSION));
        c.expectEnd();
        assertThat(events.next(VersionFallback.class).version()).isEqualTo(ProtocolVersion.V3_1_1);
    }

    @Test
    void auto_falls_back_to_3_1_1_on_CONNACK_0x84() {
        open(auto());
        refuseMqtt5();
        acceptNew311();
    }

    @Test
    void auto_falls_back_to_3_1_1_on_the_old_CONNACK_0x01() {
        open(auto());
        BrokerConnection c = broker.accept();
        expectConnect(c, ProtocolVersion.V5);
        c.sendBytes("20 02 00 01");
        c.expectEnd();
        assertThat(events.next(VersionFallback.class).version()).isEqualTo(ProtocolVersion.V3_1_1);
        acceptNew311();
    }

    @Test
    void auto_falls_back_to_3_1_1_after_two_orderly_closes_and_remembers_what_succeeded() {
        open(auto());
        for (int attempt = 0; attempt < 2; attempt++) {
            BrokerConnection c = broker.accept();
            expectConnect(c, ProtocolVersion.V5);
            c.close();
        }
        acceptNew311().reset();

        BrokerConnection again = broker.accept();
        expectConnect(again, ProtocolVersion.V3_1_1);
        again.send(Packets.connack(true, ReasonCode.SUCCESS));
        assertThat(events.next(Connected.class).version()).isEqualTo(ProtocolVersion.V3_1_1);
    }

    @Test
    void a_reset_is_no_reason_to_fall_back() {
        open(auto());
        for (int attempt = 0; attempt < 4; attempt++) {
            BrokerConnection c = broker.accept();
            expectConnect(c, ProtocolVersion.V5);
            c.reset();
        }
    }

    @Test
    void a_fallback_that_fails_gives_MQTT_5_its_turn_again() {
        open(auto());
        refuseMqtt5();
        BrokerConnection old = broker.accept();
        expectConnect(old, ProtocolVersion.V3_1_1);
        old.reset();
        expectConnect(broker.accept(), ProtocolVersion.V5);
    }

    @Test
    void a_message_that_needs_MQTT_5_fails_alone_over_3_1_1() { // F41
        MqttClient client = open(builder().version(ProtocolVersion.V3_1_1));
        BrokerConnection c = acceptNew311();
        Receipt needsFive =
                client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE).contentType("text/plain"));
        Receipt plain = client.submit(Message.of("data", "2").qos(AT_LEAST_ONCE));
        Publish publish = c.expect(Publish.class);
        assertThat(publish.payload().asUtf8()).isEqualTo("2");
        c.send(Packets.puback(publish));
        plain.awaitAcknowledged(SOON);
        assertThatThrownBy(() -> needsFive.awaitAcknowledged(SOON))
                .isInstanceOfSatisfying(
                        MessageDroppedException.class,
                        dropped ->
                                assertThat(dropped.dropCause()).isEqualTo(DropCause.NOT_SUPPORTED))
                .hasMessageContaining("3.1.1");
    }

    @Test
    void a_will_that_needs_MQTT_5_is_not_stripped_to_fit_3_1_1() { // law 7
        open(auto().will(Message.of("state", "gone").contentType("text/plain")));
        refuseMqtt5();
        events.next(ConnectFailed.class);
        BrokerConnection clearing = broker.accept();
        assertThat(clearing.expect(Connect.class).will()).isNull();
        clearing.sendBytes("20 02 00 00");
        clearing.expect(Disconnect.class);
        broker.accept().expectEnd();
        assertThat(events.next(ConnectFailed.class).reason().sentence()).contains("will", "MQTT 5");
        broker.accept(); // and goes on
    }

    @Test
    void a_filter_that_needs_MQTT_5_fails_alone_over_3_1_1() { // law 7
        MqttClient client = open(builder().version(ProtocolVersion.V3_1_1));
        BrokerConnection c = acceptNew311();
        Subscription noLocal =
                client.subscribe(
                        "a",
                        new SubscriptionOptions(
                                AT_LEAST_ONCE,
                                true,
                                false,
                                SubscriptionOptions.RetainHandling.SEND),
                        delivery -> {});
        assertThatThrownBy(() -> noLocal.awaitGranted(SOON))
                .isInstanceOf(BrokerRefusedException.class)
                .hasMessageContaining("0x84");
        Subscription plain = client.subscribe("b", AT_LEAST_ONCE, delivery -> {});
        Subscribe subscribe = c.expect(Subscribe.class);
        assertThat(subscribe.requests()).hasSize(1);
        c.send(Packets.suback(subscribe));
        assertThat(plain.awaitGranted(SOON)).isEqualTo(AT_LEAST_ONCE);
    }

    @Test
    void a_birth_that_needs_MQTT_5_is_left_out_over_3_1_1_and_told() { // law 7
        MqttClient client =
                open(
                        builder()
                                .version(ProtocolVersion.V3_1_1)
                                .birth(Message.of("state", "online").contentType("text/plain")));
        BrokerConnection c = acceptNew311();
        assertThat(events.next(Dropped.class).cause()).isEqualTo(DropCause.NOT_SUPPORTED);
        client.submit(Message.of("data", "1").qos(AT_LEAST_ONCE));
        c.send(Packets.puback(c.expect(Publish.class)));
        assertThat(client.awaitAcknowledged(SOON)).isTrue();
    }
}
