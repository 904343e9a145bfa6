package dev.caddis.agent.config;

import dev.caddis.agent.config.SessionSettings.MqttVersion;
import dev.caddis.agent.config.SessionSettings.Reconnect;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.Map;

/// Section `session`.
final class SessionReader {

    private static final Duration KEEP_ALIVE_MAX = Duration.ofSeconds(65_535);
    private static final Duration EXPIRY_MAX =
            Duration.ofSeconds(0xFFFF_FFFEL); // one more means never
    private static final Reconnect RECONNECT =
            new Reconnect(Duration.ofMillis(500), Duration.ofMinutes(2), Duration.ofSeconds(30));
    private static final SessionSettings DEFAULTS =
            new SessionSettings(
                    "", MqttVersion.AUTO, Duration.ofSeconds(60), Duration.ofDays(7), RECONNECT);
    private static final Parser<Duration> DELAY =
            DurationParser.between(Duration.ofMillis(100), Duration.ofDays(1));
    private static final Parser<MqttVersion> VERSION =
            Parsers.choice(
                    Map.of(
                            "auto",
                            MqttVersion.AUTO,
                            "5",
                            MqttVersion.V5,
                            "3.1.1",
                            MqttVersion.V3_1_1),
                    "auto, 5 or 3.1.1");

    private SessionReader() {}

    /// The section with its defaults; the client id is the device id unless it says otherwise.
    static SessionSettings read(Section root, @Nullable String deviceId) {
        String id = deviceId == null ? "" : deviceId;
        Section session = root.section("session", Keys.SESSION);
        if (session == null) {
            return new SessionSettings(
                    id, DEFAULTS.mqtt(), DEFAULTS.keepAlive(), DEFAULTS.expiry(), RECONNECT);
        }
        return new SessionSettings(
                session.read("client_id", Parsers.mqttText(), id),
                session.read("mqtt", VERSION, DEFAULTS.mqtt()),
                session.read(
                        "keep_alive",
                        DurationParser.secondsUpTo(KEEP_ALIVE_MAX),
                        DEFAULTS.keepAlive()),
                session.read("expiry", DurationParser.secondsUpTo(EXPIRY_MAX), DEFAULTS.expiry()),
                reconnect(session));
    }

    private static Reconnect reconnect(Section session) {
        Section reconnect = session.section("reconnect", Keys.RECONNECT);
        if (reconnect == null) {
            return RECONNECT;
        }
        Duration min = reconnect.read("min", DELAY, RECONNECT.min());
        Duration max = reconnect.read("max", DELAY, RECONNECT.max());
        Duration stableAfter = reconnect.read("stable_after", DELAY, RECONNECT.stableAfter());
        if (min.compareTo(max) > 0) {
            reconnect.wrong(
                    reconnect.has("min") ? "min" : "max",
                    "min "
                            + DurationParser.text(min)
                            + " is longer than max "
                            + DurationParser.text(max),
                    "write a min of at most " + DurationParser.text(max));
        }
        return new Reconnect(min, max, stableAfter);
    }
}
