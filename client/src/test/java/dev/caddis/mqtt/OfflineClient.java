package dev.caddis.mqtt;

import dev.caddis.mqtt.store.MemoryStore;
import dev.caddis.mqtt.store.SessionStore;

import java.time.Duration;

/// Clients that never reach a broker: nothing listens at port 1 of this machine.
final class OfflineClient {

    static final Duration SOON = Duration.ofSeconds(10);

    private OfflineClient() {}

    static MqttClientBuilder toNowhere() {
        return MqttClient.builder().broker("mqtt://localhost:1").clientId("pump-17");
    }

    static MqttClient open() {
        return open(new MemoryStore());
    }

    static MqttClient open(SessionStore store) {
        return toNowhere()
                .outbox(100, 1 << 20, MqttClientBuilder.WhenFull.DROP_OLDEST)
                .open(session -> store);
    }
}
