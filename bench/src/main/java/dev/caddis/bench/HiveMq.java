package dev.caddis.bench;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// hivemq-mqtt-client, asynchronous, MQTT 5, with the back-pressure its users write: a permit a
/// message, given back when the message is acknowledged.
final class HiveMq implements Contender {

    private final Target target;
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final MqttTopic topic = MqttTopic.of(TOPIC);
    private final Semaphore permits = new Semaphore(WINDOW);
    private volatile @Nullable Throwable failure;
    private @Nullable Mqtt5AsyncClient client;

    HiveMq(Target target) {
        this.target = target;
    }

    @Override
    public void open() throws Exception {
        Mqtt5AsyncClient made =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier("bench-hivemq")
                        .serverHost(target.host())
                        .serverPort(target.port())
                        .sslConfig()
                        .keyManagerFactory(target.keyManagers())
                        .trustManagerFactory(target.trustManagers())
                        .applySslConfig()
                        .buildAsync();
        client = made;
        made.connectWith()
                .cleanStart(true)
                .restrictions()
                .receiveMaximum(WINDOW)
                .sendMaximum(WINDOW)
                .applyRestrictions()
                .send()
                .get(30, TimeUnit.SECONDS);
    }

    @Override
    public void run(int messages) throws Exception {
        Mqtt5AsyncClient to = client;
        if (to == null) {
            throw new IllegalStateException("open first");
        }
        for (int i = 0; i < messages; i++) {
            permits.acquire();
            var _ =
                    to.publishWith()
                            .topic(topic)
                            .qos(MqttQos.AT_LEAST_ONCE)
                            .payload(payload)
                            .send()
                            .whenComplete((_, thrown) -> {
                                if (thrown != null) {
                                    failure = thrown;
                                }
                                permits.release();
                            });
        }
        permits.acquire(WINDOW);
        permits.release(WINDOW);
        if (failure != null) {
            throw new IllegalStateException("a message was not acknowledged", failure);
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.disconnect().orTimeout(10, TimeUnit.SECONDS).join();
        }
    }
}
