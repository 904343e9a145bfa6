package dev.caddis.bench;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Caddis as it comes: [MqttClient#submit] from one thread, in memory or durable.
final class Caddis implements Contender {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Target target;
    private final boolean durable;
    private final byte[] payload = new byte[PAYLOAD_BYTES];
    private final CompletableFuture<ClientEvent> connected = new CompletableFuture<>();
    private volatile @Nullable ClientEvent trouble;
    private @Nullable MqttClient client;

    /// @param durable whether each message is forced to the disk before it is sent
    Caddis(Target target, boolean durable) {
        this.target = target;
        this.durable = durable;
    }

    @Override
    public void open() throws Exception {
        MqttClientBuilder builder =
                MqttClient.builder()
                        .broker("mqtts://" + target.host() + ":" + target.port())
                        .clientId("bench-caddis-" + ProcessHandle.current().pid())
                        .identity(
                                ClientIdentity.pem(
                                        target.pki().resolve(ThrowAwayPki.CA),
                                        target.pki().resolve(ThrowAwayPki.CLIENT),
                                        target.pki().resolve(ThrowAwayPki.CLIENT_KEY)))
                        .maxInFlight(WINDOW)
                        .onEvent(this::heard);
        if (durable) {
            builder.session(target.pki().resolve("session-" + ProcessHandle.current().pid()));
        }
        client = builder.open();
        connected.get(30, TimeUnit.SECONDS);
    }

    private void heard(ClientEvent event) {
        if (event instanceof ClientEvent.Connected) {
            connected.complete(event);
        } else {
            trouble = event;
            connected.completeExceptionally(new IllegalStateException(event.toString()));
        }
    }

    @Override
    public void run(int messages) {
        MqttClient to = client;
        if (to == null) {
            throw new IllegalStateException("open first");
        }
        for (int i = 0; i < messages; i++) {
            to.submit(Message.of(TOPIC, payload).qos(Qos.AT_LEAST_ONCE));
        }
        if (!to.awaitAcknowledged(PATIENCE) || trouble != null) {
            throw new IllegalStateException("not all acknowledged; last event: " + trouble);
        }
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
