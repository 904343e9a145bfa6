package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.BrokerAddress;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Several brokers for one session.
class GroupTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final Events events = new Events();

    private MqttClientBuilder builder(BrokerAddress... brokers) {
        return MqttClient.builder()
                .brokers(brokers)
                .clientId("pump-17")
                .reconnect(Duration.ofMillis(5), Duration.ofMillis(50))
                .onEvent(events);
    }

    private static BrokerAddress at(ScriptedBroker broker, String user) {
        return BrokerAddress.of(broker.url())
                .login(user, () -> ("secret of " + user).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void each_broker_gets_its_own_login_and_is_told_when_it_accepts() {
        try (var one = ScriptedBroker.listen();
                var two = ScriptedBroker.listen();
                var client = builder(at(one, "a"), at(two, "b")).open()) {
            BrokerConnection before = one.accept();
            Connect first = before.welcome();
            assertThat(first.userName()).isEqualTo("a");
            assertThat(events.next(Connected.class).broker()).isEqualTo(one.url());
            one.stopListening();
            before.reset();
            Connect second = two.accept().welcome();
            assertThat(second.userName()).isEqualTo("b");
            assertThat(second.password()).asString().doesNotContain("secret of a");
            assertThat(second.cleanStart()).isTrue(); // a stranger
            assertThat(events.next(Connected.class).broker()).isEqualTo(two.url());
            client.close(Duration.ZERO);
        }
    }

    @Test
    void among_brokers_that_share_it_a_session_is_resumed() {
        try (var one = ScriptedBroker.listen();
                var two = ScriptedBroker.listen();
                var client =
                        builder(at(one, "a").sharedSession(), at(two, "b").sharedSession())
                                .open()) {
            BrokerConnection before = one.accept();
            before.welcome();
            Receipt receipt = client.publish(Message.of("data", "1").qos(AT_LEAST_ONCE));
            int id = before.expect(Publish.class).packetId();
            one.stopListening();
            before.reset();
            BrokerConnection after = two.accept();
            Connect connect = after.welcome(Packets.accepting().sessionPresent().build());
            assertThat(connect.cleanStart()).isFalse();
            Publish again = after.expect(Publish.class);
            assertThat(again.dup()).isTrue();
            assertThat(again.packetId()).isEqualTo(id);
            after.send(Packets.puback(again));
            assertThat(receipt.awaitAcknowledged(SOON).possiblyRepeated()).isFalse();
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_broker_over_TLS_sends_us_to_another_which_has_to_prove_itself(@TempDir Path folder)
            throws Exception {
        TestCertificates server = TestCertificates.create(folder, "localhost");
        var trust = ClientIdentity.pem(server.certificatePem(), null, null);
        try (var one = ScriptedBroker.listen(server.context(server));
                var two = ScriptedBroker.listen(server.context(server));
                var client = builder(BrokerAddress.of(one.url())).identity(trust).open()) {
            BrokerConnection c = one.accept();
            c.welcome();
            c.send(
                    new Disconnect(
                            ReasonCode.USE_ANOTHER_SERVER,
                            null,
                            null,
                            List.of(),
                            "localhost:" + two.port()));
            assertThat(events.next(Disconnected.class).reason().sentence())
                    .contains("It is tried next");
            two.accept().welcome();
            events.next(Connected.class);
            assertThat(events.next(Connected.class).broker()).isEqualTo(two.url());
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_group_is_encrypted_or_it_is_not_and_names_no_broker_twice() {
        assertThatThrownBy(() ->
                        builder(BrokerAddress.of("mqtts://a"), BrokerAddress.of("mqtt://b")).open())
                .isInstanceOf(OpenException.class)
                .hasMessageContaining("mqtt://b:1883 is not encrypted");
        assertThatThrownBy(() ->
                        builder(BrokerAddress.of("mqtt://a"), BrokerAddress.of("mqtt://a:1883"))
                                .open())
                .isInstanceOf(OpenException.class)
                .hasMessageContaining("mqtt://a:1883 is given twice");
    }
}
