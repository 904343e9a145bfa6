package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Acknowledgement;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.Stored;

import java.util.Locale;
import java.util.stream.Collectors;

/// Packets, inputs and effects as a [Transcript] shows them.
final class Words {

    private Words() {}

    static String of(Packet packet) {
        String name = packet.getClass().getSimpleName().toUpperCase(Locale.ROOT);
        return switch (packet) {
            case Publish publish ->
                    name
                            + " "
                            + message(publish)
                            + (publish.packetId() == 0 ? "" : " id=" + publish.packetId())
                            + (publish.dup() ? " dup" : "");
            case Acknowledgement answer ->
                    name + " id=" + answer.packetId() + reason(answer.reason());
            case Connect connect -> name + " clean=" + connect.cleanStart();
            case Connack connack ->
                    name + " present=" + connack.sessionPresent() + reason(connack.reason());
            default -> name;
        };
    }

    private static String reason(ReasonCode reason) {
        return reason == ReasonCode.SUCCESS ? "" : " " + reason;
    }

    private static String message(Publish publish) {
        return name(publish) + " " + publish.topic() + " qos=" + publish.qos().level();
    }

    /// A message's name is what its payload says before the first space.
    static String name(Publish publish) {
        String text = publish.payload().asUtf8();
        int end = text.indexOf(' ');
        return end < 0 ? text : text.substring(0, end);
    }

    static String of(Input input) {
        return "< "
                + switch (input) {
                    case Input.Submitted it ->
                            "Submitted "
                                    + it.sequence()
                                    + " "
                                    + message(it.message())
                                    + (it.key() == null ? "" : " key=" + it.key());
                    case Input.Fetched it ->
                            "Fetched "
                                    + it.messages().stream()
                                            .map(Stored::sequence)
                                            .map(String::valueOf)
                                            .collect(Collectors.joining(" "));
                    case Input.Arrived it ->
                            "Arrived "
                                    + it.connection()
                                    + it.packets().stream()
                                            .map(packet -> ", " + of(packet))
                                            .collect(Collectors.joining());
                    default -> input.toString();
                };
    }

    static String of(Effect effect) {
        return "> "
                + switch (effect) {
                    case Effect.Persist it -> "persist " + of(it.change());
                    case Effect.Send it -> "send " + it.connection() + " " + of(it.packet());
                    case Effect.SendNow it -> "send " + it.connection() + " " + of(it.packet());
                    case Effect.Deliver it -> "deliver " + message(it.message());
                    case Effect.Tell it -> "tell " + of(it.event());
                    default -> effect.toString();
                };
    }

    private static String of(ClientEvent event) {
        return event.toString();
    }

    static String of(Change change) {
        return switch (change) {
            case Change.Accepted it -> "Accepted " + it.sequence() + " " + name(it.message());
            case Change.Opened it ->
                    "Opened "
                            + it.sequence()
                            + " id="
                            + it.packetId()
                            + " "
                            + name(it.message())
                            + (it.possiblyRepeated() ? " possibly repeated" : "");
            case Change.Received it -> "Received id=" + it.packetId() + " " + name(it.message());
            default -> change.toString();
        };
    }
}
