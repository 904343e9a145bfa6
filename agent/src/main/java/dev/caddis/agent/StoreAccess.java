package dev.caddis.agent;

import dev.caddis.agent.config.StoreSettings;
import dev.caddis.mqtt.Durability;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;

import java.nio.file.Path;

/// Makes a client keep what it accepts as the configuration says.
final class StoreAccess {

    /// Where the outbox is in memory, which has an object for each message.
    private static final int MEMORY_MESSAGES = 10_000;

    private static final long MEMORY_BYTES_MAX = 64L << 20;

    private StoreAccess() {}

    static void keep(MqttClientBuilder builder, StoreSettings store) {
        if (store.maxAge() != null) {
            builder.maxAge(store.maxAge());
        }
        Path folder = store.folder();
        if (folder == null) {
            builder.outbox(
                    MEMORY_MESSAGES,
                    Math.min(MEMORY_BYTES_MAX, store.maxBytes()),
                    policy(store.whenFull()));
            return;
        }
        // Segments, checkpoints and the reserve take the rest of the disk that is granted.
        builder.session(folder)
                .outbox(Long.MAX_VALUE, store.maxBytes() / 8 * 5, policy(store.whenFull()))
                .minFreeDisk(store.minFreeBytes())
                .durability(
                        switch (store.durability()) {
                            case POWER -> Durability.POWER;
                            case PROCESS, MEMORY -> Durability.PROCESS;
                        });
    }

    private static WhenFull policy(StoreSettings.WhenFull whenFull) {
        return switch (whenFull) {
            case DROP_OLDEST -> WhenFull.DROP_OLDEST;
            case DROP_NEWEST -> WhenFull.DROP_NEWEST;
            case REJECT -> WhenFull.REJECT;
            case BLOCK -> WhenFull.BLOCK;
        };
    }
}
