package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.ReasonCode.CONTINUE_AUTHENTICATION;
import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_1;
import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_2;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static dev.caddis.mqtt.packet.ReasonCode.QUOTA_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_MOVED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;

import java.util.List;

/// Every packet of both versions, bare and with all it can carry.
record Sample(Sender sender, ProtocolVersion version, Packet packet) {

    static final long FOUR_BYTES_MAX = 4_294_967_295L;

    static final List<UserProperty> USER_PROPERTIES =
            List.of(
                    new UserProperty("a", "1"),
                    new UserProperty("a", "\uFEFFzwölf€\uD83D\uDE00"),
                    new UserProperty("", ""));

    static final Will WILL_5 =
            new Will(
                    "pump/state",
                    Bytes.utf8("gone"),
                    Qos.EXACTLY_ONCE,
                    true,
                    30L,
                    true,
                    FOUR_BYTES_MAX,
                    "text/plain",
                    "answers",
                    Bytes.utf8("c"),
                    USER_PROPERTIES);

    static final Connect CONNECT_5 =
            new Connect(
                    V5,
                    true,
                    65_535,
                    "pump-17",
                    WILL_5,
                    "user",
                    Bytes.utf8("secret"),
                    new Connect.Properties(
                            FOUR_BYTES_MAX,
                            65_535,
                            268_435_460L,
                            65_535,
                            true,
                            false,
                            USER_PROPERTIES,
                            "SCRAM",
                            Bytes.utf8("data")));

    static final Connect CONNECT_3 = connect(V3_1_1, "pump-17");

    static final Connack CONNACK_5 =
            new Connack(
                    true,
                    SUCCESS,
                    new Connack.Properties(
                            3600L,
                            20,
                            Qos.AT_LEAST_ONCE,
                            true,
                            1L,
                            "assigned",
                            10,
                            "welcome",
                            USER_PROPERTIES,
                            false,
                            true,
                            false,
                            0,
                            "responses/here",
                            "elsewhere:1883",
                            "SCRAM",
                            Bytes.EMPTY));

    static final Publish PUBLISH_5 =
            new Publish(
                    "pump/data",
                    Bytes.utf8("21.5"),
                    Qos.EXACTLY_ONCE,
                    true,
                    true,
                    65_535,
                    new Publish.Properties(
                            true,
                            FOUR_BYTES_MAX,
                            7,
                            "answers",
                            Bytes.utf8("c"),
                            USER_PROPERTIES,
                            List.of(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455),
                            "text/plain"));

    static final Auth AUTH =
            new Auth(CONTINUE_AUTHENTICATION, "SCRAM", Bytes.utf8("data"), "next", USER_PROPERTIES);

    static final Disconnect DISCONNECT_FROM_SERVER =
            new Disconnect(SERVER_MOVED, null, "bye", USER_PROPERTIES, "elsewhere:1883");

    static Connect connect(ProtocolVersion version, String clientId) {
        return new Connect(version, true, 60, clientId, null, null, null, Connect.Properties.NONE);
    }

    static Will will(String topic, Qos qos, boolean retain) {
        return new Will(
                topic,
                Bytes.utf8("gone"),
                qos,
                retain,
                null,
                false,
                null,
                null,
                null,
                null,
                List.of());
    }

    static Publish publish(String topic, String payload, Qos qos, int packetId) {
        return new Publish(
                topic, Bytes.utf8(payload), qos, false, false, packetId, Publish.Properties.NONE);
    }

    /// At QoS 0, without a payload.
    static Publish publish(String topic, Publish.Properties properties) {
        return new Publish(topic, Bytes.EMPTY, Qos.AT_MOST_ONCE, false, false, 0, properties);
    }

    static final List<Sample> ALL =
            List.of(
                    new Sample(CLIENT, V5, CONNECT_5),
                    new Sample(CLIENT, V5, connect(V5, "")),
                    new Sample(CLIENT, V3_1_1, CONNECT_3),
                    new Sample(
                            CLIENT,
                            V3_1_1,
                            new Connect(
                                    V3_1_1,
                                    false,
                                    0,
                                    "c",
                                    will("w", Qos.AT_LEAST_ONCE, false),
                                    "",
                                    Bytes.EMPTY,
                                    Connect.Properties.NONE)),
                    new Sample(SERVER, V5, CONNACK_5),
                    new Sample(
                            SERVER,
                            V5,
                            new Connack(false, QUOTA_EXCEEDED, Connack.Properties.NONE)),
                    new Sample(
                            SERVER,
                            V3_1_1,
                            new Connack(false, NOT_AUTHORIZED, Connack.Properties.NONE)),
                    new Sample(SERVER, V5, PUBLISH_5),
                    new Sample(CLIENT, V5, publish("a", "", Qos.AT_MOST_ONCE, 0)),
                    new Sample(CLIENT, V5, publish("ä/€/\uD83D\uDE00", "x", Qos.AT_LEAST_ONCE, 1)),
                    new Sample(SERVER, V5, publish("a", "x".repeat(20_000), Qos.AT_LEAST_ONCE, 1)),
                    new Sample(SERVER, V3_1_1, publish("a/b", "x", Qos.EXACTLY_ONCE, 300)),
                    new Sample(CLIENT, V5, new Puback(1, QUOTA_EXCEEDED, "why", USER_PROPERTIES)),
                    new Sample(SERVER, V5, new Pubrec(1, QUOTA_EXCEEDED)),
                    new Sample(SERVER, V5, new Pubrec(2, SUCCESS, "fine", List.of())),
                    new Sample(
                            CLIENT,
                            V5,
                            new Pubrel(1, PACKET_IDENTIFIER_NOT_FOUND, null, USER_PROPERTIES)),
                    new Sample(CLIENT, V5, new Pubcomp(65_535, SUCCESS)),
                    new Sample(CLIENT, V3_1_1, new Puback(1, SUCCESS)),
                    new Sample(CLIENT, V3_1_1, new Pubrec(1, SUCCESS)),
                    new Sample(SERVER, V3_1_1, new Pubrel(1, SUCCESS)),
                    new Sample(SERVER, V3_1_1, new Pubcomp(1, SUCCESS)),
                    new Sample(
                            CLIENT,
                            V5,
                            new Subscribe(
                                    9,
                                    List.of(
                                            new Subscribe.Request(
                                                    "a/+",
                                                    new SubscriptionOptions(
                                                            Qos.EXACTLY_ONCE,
                                                            true,
                                                            true,
                                                            RetainHandling.DO_NOT_SEND)),
                                            new Subscribe.Request(
                                                    "$share/g/b/#",
                                                    new SubscriptionOptions(
                                                            Qos.AT_LEAST_ONCE,
                                                            false,
                                                            false,
                                                            RetainHandling.SEND_IF_NEW))),
                                    268_435_455,
                                    USER_PROPERTIES)),
                    new Sample(
                            CLIENT,
                            V3_1_1,
                            new Subscribe(
                                    9,
                                    List.of(
                                            new Subscribe.Request(
                                                    "#", SubscriptionOptions.of(Qos.EXACTLY_ONCE))),
                                    null,
                                    List.of())),
                    new Sample(
                            SERVER,
                            V5,
                            new Suback(
                                    9,
                                    List.of(GRANTED_QOS_2, NOT_AUTHORIZED),
                                    "half",
                                    USER_PROPERTIES)),
                    new Sample(
                            SERVER,
                            V3_1_1,
                            new Suback(
                                    9,
                                    List.of(SUCCESS, GRANTED_QOS_1, UNSPECIFIED_ERROR),
                                    null,
                                    List.of())),
                    new Sample(
                            CLIENT, V5, new Unsubscribe(9, List.of("a/+", "#"), USER_PROPERTIES)),
                    new Sample(CLIENT, V3_1_1, new Unsubscribe(9, List.of("a"), List.of())),
                    new Sample(
                            SERVER,
                            V5,
                            new Unsuback(
                                    9,
                                    List.of(SUCCESS, NO_SUBSCRIPTION_EXISTED),
                                    "half",
                                    USER_PROPERTIES)),
                    new Sample(SERVER, V3_1_1, new Unsuback(9, List.of(), null, List.of())),
                    new Sample(CLIENT, V5, new Pingreq()),
                    new Sample(SERVER, V3_1_1, new Pingresp()),
                    new Sample(SERVER, V5, DISCONNECT_FROM_SERVER),
                    new Sample(
                            CLIENT, V5, new Disconnect(SUCCESS, 0L, "bye", USER_PROPERTIES, null)),
                    new Sample(CLIENT, V5, new Disconnect(UNSPECIFIED_ERROR)),
                    new Sample(CLIENT, V3_1_1, new Disconnect(SUCCESS)),
                    new Sample(SERVER, V5, AUTH),
                    new Sample(SERVER, V5, new Auth(SUCCESS, null, null, null, List.of())));
}
