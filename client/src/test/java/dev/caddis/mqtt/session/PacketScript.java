package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Unsuback;

import java.util.Arrays;
import java.util.List;

/// Packets from the words of a transcript: `PUBACK id=1 reason=NOT_AUTHORIZED`.
final class PacketScript {

    private PacketScript() {}

    static Packet packet(String type, Line line) {
        return switch (type) {
            case "CONNACK" -> connack(line);
            case "PUBLISH" -> publish(line);
            case "PUBACK" -> new Puback(line.number("id", 0), line.reason("reason"));
            case "PUBREC" -> new Pubrec(line.number("id", 0), line.reason("reason"));
            case "PUBREL" -> new Pubrel(line.number("id", 0), line.reason("reason"));
            case "PUBCOMP" -> new Pubcomp(line.number("id", 0), line.reason("reason"));
            case "SUBACK" -> new Suback(line.number("id", 0), reasons(line), null, List.of());
            case "UNSUBACK" -> new Unsuback(line.number("id", 0), reasons(line), null, List.of());
            case "PINGRESP" -> new Pingresp();
            case "AUTH" ->
                    new Auth(
                            ReasonCode.valueOf(line.text("reason", "CONTINUE_AUTHENTICATION")),
                            line.text("method", "x"),
                            line.bytes("data"),
                            null,
                            List.of());
            case "DISCONNECT" ->
                    new Disconnect(
                            line.reason("reason"),
                            null,
                            line.text("text"),
                            List.of(),
                            line.text("server-reference"));
            default -> throw new IllegalArgumentException("no packet is called " + type);
        };
    }

    private static Connack connack(Line line) {
        Integer maximumQos = line.number("maximum-qos");
        return new Connack(
                line.flag("session-present", false),
                line.reason("reason"),
                new Connack.Properties(
                        null,
                        line.number("receive-maximum"),
                        maximumQos == null ? null : Qos.of(maximumQos),
                        line.flag("retain-available"),
                        line.big("maximum-packet-size"),
                        line.text("assigned"),
                        line.number("topic-alias-maximum"),
                        line.text("text"),
                        List.of(),
                        line.flag("wildcards"),
                        line.flag("subscription-identifiers"),
                        line.flag("shared"),
                        line.number("server-keep-alive"),
                        line.text("response-information"),
                        line.text("server-reference"),
                        line.text("method"),
                        line.bytes("data")));
    }

    /// A PUBLISH to send or one that arrives; `size=100` stands for a payload of that many bytes.
    static Publish publish(Line line) {
        Integer size = line.number("size");
        return new Publish(
                line.text("topic", "t"),
                Bytes.utf8(size == null ? line.text("payload", "") : "x".repeat(size)),
                Qos.of(line.number("qos", 0)),
                line.flag("retain", false),
                line.flag("dup", false),
                line.number("id", 0),
                properties(line, "content-type"));
    }

    static Publish.Properties properties(Line line, String name) {
        String contentType = line.text(name);
        String identifiers = line.text("identifiers", "");
        return new Publish.Properties(
                false,
                line.big("message-expiry"),
                line.number("alias"),
                null,
                null,
                List.of(),
                identifiers.isEmpty()
                        ? List.of()
                        : Arrays.stream(identifiers.split(",", -1)).map(Integer::valueOf).toList(),
                contentType == null ? null : contentType.replace("\\0", "\0"));
    }

    private static List<ReasonCode> reasons(Line line) {
        String reasons = line.text("reasons", "");
        return reasons.isEmpty()
                ? List.of()
                : Arrays.stream(reasons.split(",", -1)).map(ReasonCode::valueOf).toList();
    }
}
