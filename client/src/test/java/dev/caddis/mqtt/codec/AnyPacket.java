package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;
import static dev.caddis.mqtt.packet.Qos.AT_MOST_ONCE;

import dev.caddis.mqtt.packet.Auth;
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
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.SubscriptionOptions.RetainHandling;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Any packet that the standard allows: each type, each field and each property, from both sides,
/// in both versions.
final class AnyPacket {

    private static final PacketType[] TYPES = PacketType.values();

    private final Choices choices;
    private final AnyValue value;
    private final ProtocolVersion version;
    private final Sender sender;

    private AnyPacket(Choices choices, ProtocolVersion version, Sender sender) {
        this.choices = choices;
        this.value = new AnyValue(choices);
        this.version = version;
        this.sender = sender;
    }

    static Sample of(Choices choices) {
        ProtocolVersion version = choices.of(V5, V3_1_1);
        Sender sender = choices.of(SERVER, CLIENT);
        return of(choices, version, sender);
    }

    /// A packet as `sender` may send it on a connection of `version`.
    static Sample of(Choices choices, ProtocolVersion version, Sender sender) {
        PacketType type = choices.of(TYPES);
        while (!type.mayComeFrom(sender) || (version == V3_1_1 && isOneSided(type, sender))) {
            type = TYPES[(type.ordinal() + 1) % TYPES.length];
        }
        return new Sample(sender, version, new AnyPacket(choices, version, sender).packet(type));
    }

    private static boolean isOneSided(PacketType type, Sender sender) {
        return type == PacketType.AUTH || (type == PacketType.DISCONNECT && sender == SERVER);
    }

    private Packet packet(PacketType type) {
        return switch (type) {
            case CONNECT -> connect();
            case CONNACK -> connack();
            case PUBLISH -> publish();
            case PUBACK -> new Puback(id(), reason(type), reasonString(), userProperties());
            case PUBREC -> new Pubrec(id(), reason(type), reasonString(), userProperties());
            case PUBREL -> new Pubrel(id(), reason(type), reasonString(), userProperties());
            case PUBCOMP -> new Pubcomp(id(), reason(type), reasonString(), userProperties());
            case SUBSCRIBE -> subscribe();
            case SUBACK -> new Suback(id(), reasons(type), reasonString(), userProperties());
            case UNSUBSCRIBE ->
                    new Unsubscribe(id(), many(1, value::nonEmptyText), userProperties());
            case UNSUBACK ->
                    version == V3_1_1
                            ? new Unsuback(id(), List.of(), null, List.of())
                            : new Unsuback(id(), reasons(type), reasonString(), userProperties());
            case PINGREQ -> new Pingreq();
            case PINGRESP -> new Pingresp();
            case DISCONNECT -> disconnect();
            case AUTH -> auth();
        };
    }

    private Connect connect() {
        boolean cleanStart = choices.yes();
        String clientId = version == V5 || cleanStart ? value.text() : value.nonEmptyText();
        String userName = value.maybe(value::text);
        boolean mayHavePassword = version == V5 || userName != null;
        String method = property(value::text);
        return new Connect(
                version,
                cleanStart,
                value.twoBytes(0),
                clientId,
                value.maybe(this::will),
                userName,
                mayHavePassword ? value.maybe(value::binary) : null,
                version == V3_1_1
                        ? Connect.Properties.NONE
                        : new Connect.Properties(
                                property(() -> value.fourBytes(0)),
                                property(() -> value.twoBytes(1)),
                                property(() -> value.fourBytes(1)),
                                property(() -> value.twoBytes(0)),
                                property(choices::yes),
                                property(choices::yes),
                                userProperties(),
                                method,
                                method == null ? null : property(value::binary)));
    }

    private Will will() {
        return new Will(
                value.topicName(),
                value.binary(),
                choices.of(Qos.values()),
                choices.yes(),
                property(() -> value.fourBytes(0)),
                version == V5 && choices.yes(),
                property(() -> value.fourBytes(0)),
                property(value::text),
                property(value::topicName),
                property(value::binary),
                userProperties());
    }

    private Connack connack() {
        if (version == V3_1_1) {
            ReasonCode reason = choices.of(ListedReasons.RETURN_CODES.toArray(ReasonCode[]::new));
            return new Connack(mayBePresent(reason), reason, Connack.Properties.NONE);
        }
        ReasonCode reason = reason(PacketType.CONNACK);
        return new Connack(
                mayBePresent(reason),
                reason,
                new Connack.Properties(
                        property(() -> value.fourBytes(0)),
                        property(() -> value.twoBytes(1)),
                        property(() -> choices.of(AT_MOST_ONCE, Qos.AT_LEAST_ONCE)),
                        property(choices::yes),
                        property(() -> value.fourBytes(1)),
                        property(value::text),
                        property(() -> value.twoBytes(0)),
                        reasonString(),
                        userProperties(),
                        property(choices::yes),
                        property(choices::yes),
                        property(choices::yes),
                        property(() -> value.twoBytes(0)),
                        property(value::text),
                        property(value::text),
                        property(value::text),
                        property(value::binary)));
    }

    private boolean mayBePresent(ReasonCode reason) {
        return reason == ReasonCode.SUCCESS && choices.yes();
    }

    private Publish publish() {
        Qos qos = choices.of(Qos.values());
        Integer alias = property(() -> value.twoBytes(1));
        return new Publish(
                alias != null && choices.yes() ? "" : value.topicName(),
                value.payload(),
                qos,
                choices.yes(),
                qos != AT_MOST_ONCE && choices.yes(),
                qos == AT_MOST_ONCE ? 0 : id(),
                version == V3_1_1
                        ? Publish.Properties.NONE
                        : new Publish.Properties(
                                choices.yes(),
                                property(() -> value.fourBytes(0)),
                                alias,
                                property(value::topicName),
                                property(value::binary),
                                userProperties(),
                                sender == SERVER ? many(0, value::variable) : List.of(),
                                property(value::text)));
    }

    private Subscribe subscribe() {
        return new Subscribe(
                id(),
                many(1, () -> request(value.nonEmptyText())),
                property(value::variable),
                userProperties());
    }

    private Subscribe.Request request(String filter) {
        Qos qos = choices.of(Qos.values());
        if (version == V3_1_1) {
            return new Subscribe.Request(filter, SubscriptionOptions.of(qos));
        }
        boolean shared = choices.oneIn(4);
        var options =
                new SubscriptionOptions(
                        qos,
                        !shared && choices.yes(), // [MQTT-3.8.3-4]
                        choices.yes(),
                        choices.of(RetainHandling.values()));
        return new Subscribe.Request(shared ? "$share/g/#" : filter, options);
    }

    private Disconnect disconnect() {
        return version == V3_1_1
                ? new Disconnect(ReasonCode.SUCCESS)
                : new Disconnect(
                        reason(PacketType.DISCONNECT),
                        sender == SERVER ? null : property(() -> value.fourBytes(0)),
                        reasonString(),
                        userProperties(),
                        property(value::text));
    }

    private Auth auth() {
        ReasonCode reason = reason(PacketType.AUTH);
        if (reason == ReasonCode.SUCCESS && choices.oneIn(4)) {
            return new Auth(reason, null, null, null, List.of());
        }
        return new Auth(
                reason, value.text(), property(value::binary), reasonString(), userProperties());
    }

    private int id() {
        return value.twoBytes(1);
    }

    private ReasonCode reason(PacketType type) {
        return version == V3_1_1
                ? ReasonCode.SUCCESS
                : oneOf(ListedReasons.of(type, version, sender));
    }

    private ReasonCode oneOf(List<ReasonCode> listed) {
        return listed.get(choices.below(listed.size()));
    }

    private List<ReasonCode> reasons(PacketType type) {
        return many(1, () -> oneOf(ListedReasons.of(type, version, sender)));
    }

    private @Nullable String reasonString() {
        return property(value::text);
    }

    private List<UserProperty> userProperties() {
        return version == V3_1_1 || choices.below(3) < 2
                ? List.of()
                : many(1, () -> new UserProperty(value.text(), value.text()));
    }

    private <T> @Nullable T property(Supplier<T> any) {
        return version == V5 ? value.maybe(any) : null;
    }

    private <T> List<T> many(int fewest, Supplier<T> any) {
        int count = fewest + (choices.oneIn(64) ? choices.below(40) : choices.below(3));
        return Stream.generate(any).limit(count).toList();
    }
}
