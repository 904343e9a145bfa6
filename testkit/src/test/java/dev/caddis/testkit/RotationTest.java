package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ClientEvent.Disconnected;
import dev.caddis.mqtt.event.ClientEvent.IdentityChanged;
import dev.caddis.mqtt.event.ClientEvent.IdentityKept;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

import javax.net.ssl.SSLParameters;

/// The files of the identity change while the client runs. F38.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RotationTest {

    private static final Duration OFTEN = Duration.ofMillis(400);

    private final Path folder;
    private final TestCertificates server;
    private final TestCertificates first;
    private final TestCertificates second;
    private final TestCertificates stranger;
    private Events events = new Events();

    RotationTest(@TempDir Path folder) throws Exception { // once: keytool takes a second each time
        this.folder = folder;
        server = TestCertificates.create(folder, "localhost");
        first = TestCertificates.create(folder, "first");
        second = TestCertificates.create(folder, "second");
        stranger = TestCertificates.create(folder, "stranger");
    }

    private void use(TestCertificates certificates) throws IOException {
        Files.copy(
                certificates.keyPem(),
                folder.resolve("live.key"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                certificates.certificatePem(),
                folder.resolve("live.pem"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private ScriptedBroker broker() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        return ScriptedBroker.listen(server.context(first, second), parameters);
    }

    private MqttClient open(ScriptedBroker broker) throws IOException {
        use(first);
        return builder(broker, live()).open();
    }

    private ClientIdentity live() {
        return ClientIdentity.pem(
                server.certificatePem(), folder.resolve("live.pem"), folder.resolve("live.key"));
    }

    private MqttClientBuilder builder(ScriptedBroker broker, ClientIdentity identity) {
        events = new Events();
        return MqttClient.builder()
                .broker(broker.url())
                .clientId("pump-17")
                .version(ProtocolVersion.V5)
                .identity(identity)
                .identityCheck(OFTEN)
                .reconnect(Duration.ofMillis(1), Duration.ofMillis(4))
                .onEvent(events);
    }

    @Test
    void the_session_goes_over_to_a_changed_certificate() throws Exception {
        try (var broker = broker();
                var client = open(broker)) {
            BrokerConnection old = broker.accept();
            old.welcome();
            client.submit(Message.of("data", "on its way").qos(AT_LEAST_ONCE));
            Publish owed = old.expect(Publish.class);
            use(second);
            BrokerConnection proof = broker.accept();
            proof.expectClosed(); // a handshake, and no CONNECT
            proof.close();
            old.send(Packets.puback(owed));
            assertThat(old.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            old.expectClosed();
            old.close();
            BrokerConnection next = broker.accept();
            Connect connect = next.welcome(Packets.connack(true, ReasonCode.SUCCESS));
            assertThat(connect.cleanStart()).isFalse();
            assertThat(events.next(Disconnected.class).reason().kind()).isEqualTo(Kind.MOVED);
            assertThat(events.next(IdentityChanged.class).identity()).contains("CN=second");
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_refused_certificate_leaves_the_connection_and_is_not_used_for_the_next()
            throws Exception {
        try (var broker = broker();
                var client = open(broker)) {
            BrokerConnection old = broker.accept();
            old.welcome();
            events.next(Connected.class);
            use(stranger);
            broker.acceptRefused();
            IdentityKept kept = events.next(IdentityKept.class);
            assertThat(kept.reason().kind()).isEqualTo(Kind.CLIENT_CERTIFICATE_REFUSED);
            old.reset();
            broker.accept().welcome(Packets.connack(true, ReasonCode.SUCCESS)); // or TLS fails
            events.next(Connected.class);
            assertThat(events.untaken(IdentityChanged.class)).isZero();
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_client_in_the_place_of_another_keeps_to_the_certificate_that_was_accepted()
            throws Exception {
        use(first);
        ClientIdentity identity = live();
        try (var broker = broker()) {
            var client = builder(broker, identity).open();
            broker.accept().welcome();
            events.next(Connected.class);
            client.close(Duration.ZERO);
            Files.writeString(folder.resolve("live.pem"), "no certificate");
            assertThatThrownBy(() -> builder(broker, live()).inPlaceOf(client).open())
                    .isInstanceOf(OpenException.class)
                    .hasMessageContaining("live.pem");
            try (var next = builder(broker, identity).inPlaceOf(client).open()) {
                broker.accept().welcome(); // or TLS fails
                events.next(Connected.class);
                next.close(Duration.ZERO);
            }
        }
    }
}
