package dev.caddis.testkit;

import static dev.caddis.mqtt.packet.Qos.AT_LEAST_ONCE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.event.ClientEvent.ConnectFailed;
import dev.caddis.mqtt.event.ClientEvent.Connected;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Publish;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import javax.net.ssl.SSLParameters;

/// The same scripts over TLS; what the library says of each way in which TLS can fail is tested
/// beside its transport.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private Events events = new Events();
    private final TestCertificates server;
    private final TestCertificates device;

    TlsTest(@TempDir Path folder) throws Exception { // once: keytool takes a second each time
        server = TestCertificates.create(folder, "localhost");
        device = TestCertificates.create(folder, "pump-17");
    }

    private ScriptedBroker demandingACertificate() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(true);
        return ScriptedBroker.listen(server.context(device), parameters);
    }

    private MqttClient open(String url, @Nullable Path ca, boolean withCertificate) {
        return builder(url, ca, withCertificate).open();
    }

    private MqttClientBuilder builder(String url, @Nullable Path ca, boolean withCertificate) {
        events = new Events();
        return MqttClient.builder()
                .broker(url)
                .clientId("pump-17")
                .identity(
                        withCertificate
                                ? ClientIdentity.pem(ca, device.certificatePem(), device.keyPem())
                                : ClientIdentity.pem(ca, null, null))
                .reconnect(Duration.ofHours(1), Duration.ofHours(1))
                .onEvent(events);
    }

    @Test
    void a_script_runs_over_mutual_TLS_and_ends_in_order() throws Exception {
        try (var broker = demandingACertificate();
                var client = open(broker.url(), server.certificatePem(), true)) {
            BrokerConnection c = broker.accept();
            c.welcome();
            assertThat(events.next(Connected.class).link()).contains("TLSv1.3", "CN=localhost");
            client.submit(Message.of("data", "x".repeat(100_000)).qos(AT_LEAST_ONCE));
            c.send(Packets.puback(c.expect(Publish.class)));
            CompletableFuture<Boolean> closed = BrokerTest.closing(client, SOON);
            c.expect(Disconnect.class);
            c.expectClosed();
            assertThat(closed).succeedsWithin(SOON).isEqualTo(true);
        }
    }

    @Test
    void the_protocols_of_the_builder_are_offered_to_the_broker() throws Exception {
        SSLParameters parameters = new SSLParameters();
        parameters.setApplicationProtocols(new String[] {"mqtt"});
        try (var broker = ScriptedBroker.listen(server.context(device), parameters);
                var client =
                        builder(broker.url(), server.certificatePem(), false)
                                .alpn("x-first", "mqtt")
                                .open()) {
            broker.accept().welcome();
            assertThat(events.next(Connected.class).link()).endsWith("ALPN mqtt");
            client.close(Duration.ZERO);
        }
        assertThatThrownBy(() ->
                        MqttClient.builder()
                                .broker("mqtt://localhost")
                                .clientId("pump-17")
                                .alpn("mqtt")
                                .open())
                .isInstanceOf(OpenException.class)
                .hasMessageContaining("ALPN mqtt is given and broker localhost is not encrypted");
    }

    @Test
    void a_server_of_an_unknown_CA_gets_no_CONNECT() throws Exception {
        try (var broker = demandingACertificate();
                var client = open(broker.url(), device.certificatePem(), true)) {
            assertThat(broker.acceptRefused()).isNotNull();
            assertThat(events.next(ConnectFailed.class).reason().kind())
                    .isEqualTo(Kind.SERVER_UNTRUSTED);
            assertThat(client.status().connected()).isFalse();
        }
    }

    @Test
    void a_server_of_another_name_gets_no_CONNECT() throws Exception {
        try (var broker = ScriptedBroker.listen(device.context(server));
                var client = open(broker.url(), device.certificatePem(), false)) {
            assertThat(broker.acceptRefused()).isNotNull();
            assertThat(events.next(ConnectFailed.class).reason().kind())
                    .isEqualTo(Kind.SERVER_NAME_MISMATCH);
            assertThat(client.status().connected()).isFalse();
        }
    }

    @Test
    void a_missing_client_certificate_is_named_where_the_broker_demands_one() throws Exception {
        try (var broker = demandingACertificate();
                var client = open(broker.url(), server.certificatePem(), false)) {
            assertThat(broker.acceptRefused()).isNotNull();
            assertThat(events.next(ConnectFailed.class).reason().kind())
                    .isEqualTo(Kind.CLIENT_CERTIFICATE_MISSING);
            assertThat(client.status().connected()).isFalse();
        }
    }
}
