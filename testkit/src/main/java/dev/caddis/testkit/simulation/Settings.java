package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.session.BackoffSettings;
import dev.caddis.mqtt.session.BrokerGroup;
import dev.caddis.mqtt.session.Deadlines;
import dev.caddis.mqtt.session.HandlerDeadline;
import dev.caddis.mqtt.session.HandlerDeadline.WhenLate;
import dev.caddis.mqtt.session.Mqtt5Options;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.store.JournalSettings;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// What the user of a run has chosen: everything small, so that bounds are met.
final class Settings {

    private Settings() {}

    static SessionSettings session(Faults faults, RandomGenerator random) {
        BackoffSettings backoff =
                new BackoffSettings(Duration.ofMillis(500), Duration.ofMinutes(2), 0);
        WhenLate[] late = WhenLate.values();
        return new SessionSettings(
                BrokerGroup.of("mqtt://simulated"),
                faults.version(),
                "pump",
                null,
                null,
                null,
                Duration.ofSeconds(random.nextInt(3) * 30L),
                Duration.ofDays(7),
                false,
                1 + random.nextInt(6),
                1 << 20,
                1 + random.nextInt(8),
                random.nextInt(2) * random.nextInt(8),
                random.nextInt(3) == 0,
                new HandlerDeadline(
                        Duration.ofMinutes(1),
                        random.nextBoolean() ? WhenLate.TELL : late[random.nextInt(late.length)]),
                Mqtt5Options.DEFAULT,
                backoff,
                Duration.ofSeconds(30),
                backoff,
                outbox(random),
                Deadlines.DEFAULT);
    }

    /// With room for everything.
    static SessionSettings roomy() {
        BackoffSettings backoff =
                new BackoffSettings(Duration.ofMillis(500), Duration.ofMinutes(2), 0);
        return new SessionSettings(
                BrokerGroup.of("mqtt://simulated"),
                ProtocolVersion.V5,
                "pump",
                null,
                null,
                null,
                Duration.ofSeconds(30),
                Duration.ofDays(7),
                false,
                8,
                1 << 20,
                8,
                4,
                false,
                new HandlerDeadline(Duration.ofMinutes(1), WhenLate.TELL),
                Mqtt5Options.DEFAULT,
                backoff,
                Duration.ofSeconds(30),
                backoff,
                new OutboxBounds(10_000, 1 << 20, WhenFull.BLOCK, null, false),
                Deadlines.DEFAULT);
    }

    private static OutboxBounds outbox(RandomGenerator random) {
        WhenFull[] policies = WhenFull.values();
        @Nullable Duration maxAge = random.nextInt(6) == 0 ? Duration.ofMinutes(5) : null;
        return new OutboxBounds(
                3 + random.nextInt(40),
                random.nextInt(3) == 0 ? 1_500 + random.nextInt(4_000) : 1 << 20,
                policies[random.nextInt(policies.length)],
                maxAge,
                random.nextInt(4) == 0);
    }

    static JournalSettings journal(Faults faults, RandomGenerator random) {
        return new JournalSettings(
                "pump", faults.power(), 500 + random.nextInt(5_000), random.nextInt(4_000), 0, "");
    }
}
