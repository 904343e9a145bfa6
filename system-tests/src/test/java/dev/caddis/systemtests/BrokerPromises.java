package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.caddis.mqtt.Delivery;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// What the library promises with any broker, over mutual TLS. The observer is the HiveMQ client.
abstract class BrokerPromises {

    static final Duration DEADLINE = Duration.ofSeconds(30);

    private final BlockingQueue<ClientEvent> events = new LinkedBlockingQueue<>();

    abstract Certificates certificates();

    abstract int port();

    private MqttClientBuilder client(String clientId, int port) {
        return MqttClient.builder()
                .broker("mqtts://localhost:" + port)
                .clientId(clientId)
                .identity(identity(true))
                .reconnect(Duration.ofMillis(20), Duration.ofMillis(200))
                .onEvent(events::add);
    }

    private ClientIdentity identity(boolean withCertificate) {
        var device = certificates().device();
        return ClientIdentity.pem(
                certificates().pki().ca(),
                withCertificate ? device.certificate() : null,
                withCertificate ? device.key() : null);
    }

    private <E extends ClientEvent> E next(Class<E> kind) throws InterruptedException {
        while (true) {
            @Nullable ClientEvent event = events.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new AssertionError("no " + kind.getSimpleName() + " within " + DEADLINE);
            }
            if (kind.isInstance(event)) {
                return kind.cast(event);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_is_published_at_each_quality_of_service_arrives_at_another_client(
            ProtocolVersion version) throws Exception {
        String topic = "out/" + version.level();
        try (HiveMqObserver observer = certificates().observer(port(), "observer-" + topic);
                MqttClient client = client("publisher", port()).version(version).open()) {
            observer.subscribe(topic, 2);
            assertThat(next(ClientEvent.Connected.class).version()).isEqualTo(version);
            for (Qos qos : Qos.values()) {
                client.publish(Message.of(topic, "reading at " + qos).qos(qos))
                        .awaitAcknowledged(DEADLINE);
                assertThat(observer.observations().next(DEADLINE))
                        .isEqualTo(
                                Observed.of(
                                        topic,
                                        ("reading at " + qos).getBytes(UTF_8),
                                        qos.level(),
                                        false));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_another_client_publishes_reaches_the_handler_in_order(ProtocolVersion version)
            throws Exception {
        String topic = "in/" + version.level();
        BlockingQueue<Delivery> received = new LinkedBlockingQueue<>();
        try (HiveMqObserver other = certificates().observer(port(), "other-" + topic);
                MqttClient client =
                        client("subscriber", port())
                                .version(version)
                                .subscribe(topic, Qos.EXACTLY_ONCE, received::add)
                                .open()) {
            assertThat(next(ClientEvent.Subscribed.class).granted()).isEqualTo(Qos.EXACTLY_ONCE);
            for (int i = 0; i < 12; i++) {
                other.publish(topic, ("command " + i).getBytes(UTF_8), i % 3, false);
                Delivery delivery = received.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
                assertThat(delivery).isNotNull();
                assertThat(delivery.text()).isEqualTo("command " + i);
                assertThat(delivery.qos().level()).isEqualTo(i % 3);
            }
            assertThat(client.status().connected()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void messages_submitted_through_a_cut_network_arrive_exactly_once_and_in_order(
            ProtocolVersion version) throws Exception {
        String topic = "cut/" + version.level();
        int count = 300;
        try (HiveMqObserver observer = certificates().observer(port(), "observer-" + topic);
                CuttingProxy proxy = new CuttingProxy(port());
                MqttClient client =
                        client("through-cuts", proxy.port())
                                .version(version)
                                .maxInFlight(20)
                                .open()) {
            observer.subscribe(topic, 2);
            next(ClientEvent.Connected.class);
            List<Receipt> receipts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                receipts.add(
                        client.submit(
                                Message.of(topic, Integer.toString(i)).qos(Qos.EXACTLY_ONCE)));
                if (i == 100 || i == 200) {
                    proxy.cut();
                    assertThat(next(ClientEvent.Connected.class).sessionPresent()).isTrue();
                }
            }
            for (Receipt receipt : receipts) {
                assertThat(receipt.awaitAcknowledged(DEADLINE).possiblyRepeated()).isFalse();
            }
            observer.observations().await(count, DEADLINE);
            List<String> arrived =
                    observer.observations().all().stream().map(Observed::text).toList();
            List<String> submitted = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                submitted.add(Integer.toString(i));
            }
            assertThat(arrived).isEqualTo(submitted);
        }
    }

    @Test
    void online_is_the_last_word_after_a_lost_connection_and_offline_after_a_clean_close()
            throws Exception {
        String state = "state/1";
        Message offline = Message.of(state, "offline").qos(Qos.AT_LEAST_ONCE);
        try (HiveMqObserver observer = certificates().observer(port(), "observer-state");
                CuttingProxy proxy = new CuttingProxy(port())) {
            observer.subscribe(state, 1);
            MqttClient client =
                    client("stateful", proxy.port())
                            .birth(Message.of(state, "online").qos(Qos.AT_LEAST_ONCE))
                            .offline(offline)
                            .will(offline)
                            .subscribe(state, Qos.AT_LEAST_ONCE, delivery -> {})
                            .open();
            try (client) {
                next(ClientEvent.Connected.class);
                next(ClientEvent.Subscribed.class);
                assertThat(observer.observations().next(DEADLINE).text()).isEqualTo("online");
                proxy.cut();
                next(ClientEvent.Connected.class);
                // F39: a broker that speaks the will late says "offline" while we are here
                observer.publish(state, "offline".getBytes(UTF_8), 1, false);
                boolean vanished = false;
                String last;
                do {
                    last = observer.observations().next(DEADLINE).text();
                    vanished |= last.equals("offline");
                } while (!(vanished && last.equals("online")));
            }
            observer.publish(state, "end".getBytes(UTF_8), 1, false);
            String lastWord = "";
            for (String next = ""; !next.equals("end"); ) {
                lastWord = next;
                next = observer.observations().next(DEADLINE).text();
            }
            assertThat(lastWord).isEqualTo("offline");
        }
    }

    @Test
    void a_client_without_a_certificate_is_told_that_it_is_missing() throws Exception {
        try (MqttClient client =
                MqttClient.builder()
                        .broker("mqtts://localhost:" + port())
                        .clientId("stranger")
                        .identity(identity(false))
                        .onEvent(events::add)
                        .open()) {
            ConnectionFailure reason = next(ClientEvent.ConnectFailed.class).reason();
            assertThat(reason.kind()).isEqualTo(ConnectionFailure.Kind.CLIENT_CERTIFICATE_MISSING);
            assertThat(reason.sentence()).contains("client certificate");
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_filter_given_up_is_no_longer_served() throws IOException, InterruptedException {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (MqttClient client = client("fickle", port()).open()) {
            var subscription =
                    client.subscribe(
                            "fickle/#",
                            Qos.AT_LEAST_ONCE,
                            delivery -> received.add(delivery.text()));
            assertThat(subscription.awaitGranted(DEADLINE)).isEqualTo(Qos.AT_LEAST_ONCE);
            client.publish(Message.of("fickle/1", "wanted").qos(Qos.AT_LEAST_ONCE));
            assertThat(received.poll(DEADLINE.toMillis(), TimeUnit.MILLISECONDS))
                    .isEqualTo("wanted");
            subscription.unsubscribe(DEADLINE);
            client.publish(Message.of("fickle/1", "unwanted").qos(Qos.AT_LEAST_ONCE))
                    .awaitAcknowledged(DEADLINE);
        }
        assertThat(received).isEmpty();
    }
}
