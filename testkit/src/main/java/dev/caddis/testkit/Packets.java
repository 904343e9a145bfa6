package dev.caddis.testkit;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// What a broker usually sends, in few words. Each serves both versions.
public final class Packets {

    private Packets() {}

    /// CONNACK without properties.
    public static Connack connack(boolean sessionPresent, ReasonCode reason) {
        return new Connack(sessionPresent, reason, Connack.Properties.NONE);
    }

    /// CONNACK of success that says what this broker takes; MQTT 5.
    public static ConnackBuilder accepting() {
        return new ConnackBuilder();
    }

    /// SUBACK that grants every filter as it was asked for.
    public static Suback suback(Subscribe subscribe) {
        return new Suback(
                subscribe.packetId(),
                subscribe.requests().stream()
                        .map(request -> granted(request.options().maximumQos()))
                        .toList(),
                null,
                List.of());
    }

    /// SUBACK with these reasons, one for each filter.
    public static Suback suback(Subscribe subscribe, ReasonCode... reasons) {
        return new Suback(subscribe.packetId(), Arrays.asList(reasons), null, List.of());
    }

    private static ReasonCode granted(Qos qos) {
        return switch (qos) {
            case AT_MOST_ONCE -> ReasonCode.SUCCESS;
            case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
            case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
        };
    }

    /// UNSUBACK of success for MQTT 5: one reason a filter.
    public static Unsuback unsuback(Unsubscribe unsubscribe) {
        return new Unsuback(
                unsubscribe.packetId(),
                Collections.nCopies(unsubscribe.filters().size(), ReasonCode.SUCCESS),
                null,
                List.of());
    }

    /// A message for the client, without properties.
    ///
    /// @param packetId 0 with QoS 0
    public static Publish publish(int packetId, Qos qos, String topic, String payload) {
        return new Publish(
                topic, Bytes.utf8(payload), qos, false, false, packetId, Publish.Properties.NONE);
    }

    /// PUBACK of success.
    public static Puback puback(Publish publish) {
        return new Puback(publish.packetId(), ReasonCode.SUCCESS);
    }

    /// PUBREC of success.
    public static Pubrec pubrec(Publish publish) {
        return new Pubrec(publish.packetId(), ReasonCode.SUCCESS);
    }

    /// PUBREL of success.
    public static Pubrel pubrel(int packetId) {
        return new Pubrel(packetId, ReasonCode.SUCCESS);
    }

    /// PUBCOMP of success.
    public static Pubcomp pubcomp(Pubrel pubrel) {
        return new Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS);
    }

    /// DISCONNECT, which only MQTT 5 lets a broker send.
    public static Disconnect disconnect(ReasonCode reason) {
        return new Disconnect(reason);
    }
}
