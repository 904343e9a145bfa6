package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;
import dev.caddis.mqtt.session.OutboxBounds.WhenFull;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The settings a transcript begins with: `given keep-alive=10s version=auto ...`; what it leaves
/// out has the value that stands here.
final class Given {

    /// Where no group is given.
    static final String BROKER = "mqtts://broker:8883";

    private Given() {}

    static SessionSettings settings(Line line) {
        String will = line.text("will");
        return new SessionSettings(
                brokers(line),
                version(line.text("version", "5")),
                line.text("client-id", "pump"),
                will == null ? null : will(will, line.text("will-content-type")),
                state(line, "birth"),
                state(line, "offline"),
                line.duration("keep-alive", Duration.ofSeconds(60)),
                line.duration("expiry", Duration.ofHours(1)),
                line.flag("end-session", false),
                line.number("receive-maximum", 20),
                line.number("maximum-packet-size", 1 << 20),
                line.number("max-in-flight", 10),
                line.number("open-ahead", 0),
                line.flag("resend", false),
                new HandlerDeadline(
                        line.duration("handler-deadline", Duration.ofDays(1)),
                        HandlerDeadline.WhenLate.valueOf(line.text("when-late", "TELL"))),
                new Mqtt5Options(
                        line.number("incoming-aliases", 0),
                        line.number("outgoing-aliases", 0),
                        line.flag("subscription-ids", false),
                        line.flag("request-response-information", false),
                        line.has("user-property")
                                ? List.of(new UserProperty("site", line.text("user-property", "")))
                                : List.of(),
                        line.text("authentication")),
                new BackoffSettings(
                        line.duration("min", Duration.ofSeconds(1)),
                        line.duration("max", Duration.ofSeconds(8)),
                        line.number("attempts", 0)),
                line.duration("stable-after", Duration.ofSeconds(30)),
                new BackoffSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4),
                        line.number("subscribe-attempts", 3)),
                new OutboxBounds(
                        line.number("outbox-messages", 1000),
                        line.number("outbox-bytes", 1 << 20),
                        WhenFull.valueOf(line.text("when-full", "BLOCK")),
                        line.has("max-age") ? line.duration("max-age", Duration.ZERO) : null,
                        line.flag("keep-qos0", false)),
                Deadlines.DEFAULT);
    }

    /// `brokers=URL,URL`; what begins with `*` shares its sessions.
    private static BrokerGroup brokers(Line line) {
        List<BrokerGroup.Member> members =
                Stream.of(line.text("brokers", BROKER).split(","))
                        .map(url ->
                                new BrokerGroup.Member(
                                        url.startsWith("*") ? url.substring(1) : url,
                                        url.startsWith("*")))
                        .toList();
        return new BrokerGroup(members, line.flag("referrals", true));
    }

    static @Nullable ProtocolVersion version(String text) {
        return switch (text) {
            case "5" -> ProtocolVersion.V5;
            case "3.1.1" -> ProtocolVersion.V3_1_1;
            case "auto" -> null;
            default -> throw new IllegalArgumentException("version is 5, 3.1.1 or auto: " + text);
        };
    }

    private static Will will(String payload, @Nullable String contentType) {
        return new Will(
                "pump/state",
                Bytes.utf8(payload),
                Qos.AT_LEAST_ONCE,
                true,
                null,
                false,
                null,
                contentType,
                null,
                null,
                List.of());
    }

    private static @Nullable Publish state(Line line, String name) {
        String payload = line.text(name);
        if (payload == null) {
            return null;
        }
        return new Publish(
                "pump/state",
                Bytes.utf8(payload),
                Qos.of(line.number("state-qos", 1)),
                true,
                false,
                0,
                PacketScript.properties(line, name + "-content-type"));
    }
}
