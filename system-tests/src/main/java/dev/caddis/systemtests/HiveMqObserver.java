package dev.caddis.systemtests;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;

import dev.caddis.demo.Issued;
import dev.caddis.demo.ThrowAwayPki;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/// The HiveMQ client (MQTT 5) as an observer and publisher that shares no code with Caddis.
/// Reconnects at once and keeps its session for an hour, so that a broker which remembers sessions
/// loses nothing for it.
public final class HiveMqObserver implements AutoCloseable {
    private static final int ANSWER_SECONDS_MAX = 20;
    private static final int RECONNECT_MILLIS = 200;
    private static final int SESSION_EXPIRY_SECONDS = 3600;

    private final Observations observations = new Observations();
    private final Mqtt5AsyncClient client;
    private final List<String> losses = new CopyOnWriteArrayList<>();
    private volatile boolean connectedOnce;
    private volatile boolean closing;

    private HiveMqObserver(
            int port, KeyManagerFactory keys, TrustManagerFactory trust, String clientId) {
        client =
                MqttClient.builder()
                        .useMqttVersion5()
                        .identifier(clientId)
                        .serverHost("localhost")
                        .serverPort(port)
                        .sslConfig(
                                MqttClientSslConfig.builder()
                                        .keyManagerFactory(keys)
                                        .trustManagerFactory(trust)
                                        .build())
                        .executorConfig()
                        .nettyExecutor(daemons())
                        .nettyThreads(1)
                        .applyExecutorConfig()
                        .addDisconnectedListener(this::reconnectUnlessClosing)
                        .buildAsync();
    }

    /// Connects over mutual TLS, to a new session.
    ///
    /// @throws IOException when the broker refuses or does not answer in time
    public static HiveMqObserver connect(int port, ThrowAwayPki pki, Issued device, String clientId)
            throws IOException {
        return connected(new HiveMqObserver(port, device.keys(), pki.trust(), clientId), true);
    }

    /// As [#connect], to the session that an earlier one left at the broker: what has waited there
    /// is observed.
    public static HiveMqObserver resume(int port, ThrowAwayPki pki, Issued device, String clientId)
            throws IOException {
        var observer = new HiveMqObserver(port, device.keys(), pki.trust(), clientId);
        observer.client.publishes(MqttGlobalPublishFilter.ALL, observer::onPublish);
        return connected(observer, false);
    }

    private static HiveMqObserver connected(HiveMqObserver observer, boolean cleanStart)
            throws IOException {
        try {
            await(
                    "CONNECT",
                    observer.client
                            .connectWith()
                            .cleanStart(cleanStart)
                            .sessionExpiryInterval(SESSION_EXPIRY_SECONDS)
                            .send());
            observer.connectedOnce = true;
        } catch (IOException e) {
            observer.close();
            throw e;
        }
        return observer;
    }

    /// Subscribes and returns once the broker has granted it.
    public void subscribe(String filter, int qos) throws IOException {
        await(
                "SUBSCRIBE",
                client.subscribeWith()
                        .topicFilter(filter)
                        .qos(qos(qos))
                        .callback(this::onPublish)
                        .send());
    }

    /// As [#subscribe(String, int)], for messages that are not to be kept.
    public void subscribe(String filter, int qos, BiConsumer<String, byte[]> consumer)
            throws IOException {
        await(
                "SUBSCRIBE",
                client.subscribeWith()
                        .topicFilter(filter)
                        .qos(qos(qos))
                        .callback(publish ->
                                consumer.accept(
                                        publish.getTopic().toString(), publish.getPayloadAsBytes()))
                        .send());
    }

    /// Publishes; completes once the broker has acknowledged it.
    public CompletionStage<?> submit(String topic, byte[] payload, int qos) {
        return client.publishWith().topic(topic).payload(payload).qos(qos(qos)).send();
    }

    /// Publishes and returns once the broker has acknowledged it.
    public void publish(String topic, byte[] payload, int qos, boolean retain) throws IOException {
        await(
                "PUBLISH",
                client.publishWith()
                        .topic(topic)
                        .payload(payload)
                        .qos(qos(qos))
                        .retain(retain)
                        .send());
    }

    /// Why each connection that the observer itself lost was lost: what it saw then proves nothing
    /// about anybody else.
    public List<String> losses() {
        return List.copyOf(losses);
    }

    public Observations observations() {
        return observations;
    }

    /// Disconnects if it is connected and stops reconnecting.
    @Override
    public void close() throws IOException {
        closing = true;
        if (client.getState().isConnected()) {
            await("DISCONNECT", client.disconnect());
        }
    }

    /// Only what was connected once comes back: a refused first CONNECT is an answer.
    private void reconnectUnlessClosing(MqttClientDisconnectedContext context) {
        boolean again =
                !closing && context.getSource() != MqttDisconnectSource.USER && connectedOnce;
        if (again) {
            losses.add(String.valueOf(context.getCause()));
        }
        context.getReconnector().reconnect(again).delay(RECONNECT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void onPublish(Mqtt5Publish publish) {
        observations.add(
                Observed.of(
                        publish.getTopic().toString(),
                        publish.getPayloadAsBytes(),
                        publish.getQos().getCode(),
                        publish.isRetain()));
    }

    /// Its event loop outlives a client that has reconnected: as a daemon it does not keep the
    /// process alive.
    private static Executor daemons() {
        return task -> Thread.ofPlatform().daemon().name("hivemq-observer").start(task);
    }

    private static MqttQos qos(int code) {
        MqttQos qos = MqttQos.fromCode(code);
        if (qos == null) {
            throw new IllegalArgumentException("QoS is " + code + "; it is 0, 1 or 2");
        }
        return qos;
    }

    private static void await(String what, CompletableFuture<?> answer) throws IOException {
        try {
            answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the HiveMQ client's " + what + " failed", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("the HiveMQ client's " + what + " was not answered in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the HiveMQ client awaited " + what, e);
        }
    }
}
