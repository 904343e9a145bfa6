package dev.caddis.mqtt.codec;

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
import dev.caddis.mqtt.packet.Will;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribePayload;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckPayload;
import io.netty.handler.codec.mqtt.MqttUnsubscribePayload;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The packets that Netty's MQTT codec makes of bytes, as Caddis says them.
final class NettyCodec {

    private final ProtocolVersion version;
    private final List<MqttMessage> messages = new ArrayList<>();

    /// Why Netty refuses what comes behind the messages; empty when it does not.
    final String refusal;

    NettyCodec(ProtocolVersion version, byte[] bytes, int maximumPacketSize) {
        this.version = version;
        var channel = new EmbeddedChannel(new MqttDecoder(maximumPacketSize, Text.BYTES_MAX));
        channel.writeInbound(Unpooled.wrappedBuffer(connect(version))); // sets the version
        MqttMessage first = channel.readInbound();
        if (first == null || first.decoderResult().isFailure()) {
            throw new IllegalStateException("Netty refuses CONNECT: " + first);
        }
        channel.writeInbound(Unpooled.wrappedBuffer(bytes));
        String problem = "";
        for (MqttMessage next = channel.readInbound();
                next != null && problem.isEmpty();
                next = channel.readInbound()) {
            if (next.decoderResult().isFailure()) {
                problem = String.valueOf(next.decoderResult().cause());
            } else {
                messages.add(next);
            }
        }
        refusal = problem;
        channel.finishAndReleaseAll();
    }

    int count() {
        return messages.size();
    }

    private static byte[] connect(ProtocolVersion version) {
        return Wire.written(version, Sample.connect(version, "c"));
    }

    /// The message at `index`, if Caddis can say it.
    Packet packet(int index) {
        MqttMessage message = messages.get(index);
        return switch (message.fixedHeader().messageType()) {
            case CONNECT ->
                    connect(
                            (MqttConnectVariableHeader) message.variableHeader(),
                            (MqttConnectPayload) message.payload());
            case CONNACK -> connack((MqttConnAckVariableHeader) message.variableHeader());
            case PUBLISH -> publish((MqttPublishMessage) message);
            case PUBACK -> {
                var p = NettyProperties.of(message);
                yield new Puback(id(message), p.reason(), p.text(0x1F), p.userProperties());
            }
            case PUBREC -> {
                var p = NettyProperties.of(message);
                yield new Pubrec(id(message), p.reason(), p.text(0x1F), p.userProperties());
            }
            case PUBREL -> {
                var p = NettyProperties.of(message);
                yield new Pubrel(id(message), p.reason(), p.text(0x1F), p.userProperties());
            }
            case PUBCOMP -> {
                var p = NettyProperties.of(message);
                yield new Pubcomp(id(message), p.reason(), p.text(0x1F), p.userProperties());
            }
            case SUBSCRIBE -> {
                var p = NettyProperties.of(message);
                var payload = (MqttSubscribePayload) message.payload();
                yield new Subscribe(
                        id(message),
                        payload.topicSubscriptions().stream().map(NettyCodec::request).toList(),
                        p.number(0x0B),
                        p.userProperties());
            }
            case SUBACK -> {
                var p = NettyProperties.of(message);
                var payload = (MqttSubAckPayload) message.payload();
                yield new Suback(
                        id(message),
                        payload.reasonCodes().stream().map(NettyProperties::reason).toList(),
                        p.text(0x1F),
                        p.userProperties());
            }
            case UNSUBSCRIBE ->
                    new Unsubscribe(
                            id(message),
                            ((MqttUnsubscribePayload) message.payload()).topics(),
                            NettyProperties.of(message).userProperties());
            case UNSUBACK -> {
                var p = NettyProperties.of(message);
                var payload = (MqttUnsubAckPayload) message.payload();
                yield new Unsuback(
                        id(message),
                        payload == null
                                ? List.of()
                                : payload.unsubscribeReasonCodes().stream()
                                        .map(code -> NettyProperties.reason(code & 0xFF))
                                        .toList(),
                        p.text(0x1F),
                        p.userProperties());
            }
            case PINGREQ -> new Pingreq();
            case PINGRESP -> new Pingresp();
            case DISCONNECT -> {
                var p = NettyProperties.of(message);
                yield new Disconnect(
                        p.reason(), p.four(0x11), p.text(0x1F), p.userProperties(), p.text(0x1C));
            }
            case AUTH -> {
                var p = NettyProperties.of(message);
                yield new Auth(
                        p.reason(), p.text(0x15), p.bytes(0x16), p.text(0x1F), p.userProperties());
            }
        };
    }

    private static int id(MqttMessage message) {
        return ((MqttMessageIdVariableHeader) message.variableHeader()).messageId();
    }

    private static Connect connect(MqttConnectVariableHeader header, MqttConnectPayload payload) {
        var p = new NettyProperties(header.properties(), 0);
        byte[] password = payload.passwordInBytes();
        return new Connect(
                header.version() == 5 ? ProtocolVersion.V5 : ProtocolVersion.V3_1_1,
                header.isCleanSession(),
                header.keepAliveTimeSeconds(),
                payload.clientIdentifier(),
                header.isWillFlag() ? will(header, payload) : null,
                payload.userName(),
                password == null ? null : Bytes.copyOf(password),
                new Connect.Properties(
                        p.four(0x11),
                        p.number(0x21),
                        p.four(0x27),
                        p.number(0x22),
                        p.flag(0x19),
                        p.flag(0x17),
                        p.userProperties(),
                        p.text(0x15),
                        p.bytes(0x16)));
    }

    private static Will will(MqttConnectVariableHeader header, MqttConnectPayload payload) {
        var p = new NettyProperties(payload.willProperties(), 0);
        return new Will(
                payload.willTopic(),
                Bytes.copyOf(payload.willMessageInBytes()),
                Qos.of(header.willQos()),
                header.isWillRetain(),
                p.four(0x18),
                Objects.equals(p.flag(0x01), true),
                p.four(0x02),
                p.text(0x03),
                p.text(0x08),
                p.bytes(0x09),
                p.userProperties());
    }

    private Connack connack(MqttConnAckVariableHeader header) {
        var p = new NettyProperties(header.properties(), 0);
        int code = header.connectReturnCode().byteValue() & 0xFF;
        Boolean maximumQos = p.flag(0x24);
        return new Connack(
                header.isSessionPresent(),
                version == ProtocolVersion.V5
                        ? NettyProperties.reason(code)
                        : ListedReasons.RETURN_CODES.get(code),
                new Connack.Properties(
                        p.four(0x11),
                        p.number(0x21),
                        maximumQos == null ? null : Qos.of(maximumQos ? 1 : 0),
                        p.flag(0x25),
                        p.four(0x27),
                        p.text(0x12),
                        p.number(0x22),
                        p.text(0x1F),
                        p.userProperties(),
                        p.flag(0x28),
                        p.flag(0x29),
                        p.flag(0x2A),
                        p.number(0x13),
                        p.text(0x1A),
                        p.text(0x1C),
                        p.text(0x15),
                        p.bytes(0x16)));
    }

    private static Publish publish(MqttPublishMessage message) {
        var p = new NettyProperties(message.variableHeader().properties(), 0);
        ByteBuf content = message.payload();
        byte[] payload = new byte[content.readableBytes()];
        content.getBytes(content.readerIndex(), payload);
        Qos qos = Qos.of(message.fixedHeader().qosLevel().value());
        return new Publish(
                message.variableHeader().topicName(),
                Bytes.wrap(payload),
                qos,
                message.fixedHeader().isRetain(),
                message.fixedHeader().isDup(),
                qos == Qos.AT_MOST_ONCE ? 0 : message.variableHeader().packetId(),
                new Publish.Properties(
                        Objects.equals(p.flag(0x01), true),
                        p.four(0x02),
                        p.number(0x23),
                        p.text(0x08),
                        p.bytes(0x09),
                        p.userProperties(),
                        p.numbers(0x0B),
                        p.text(0x03)));
    }

    private static Subscribe.Request request(MqttTopicSubscription subscription) {
        MqttSubscriptionOption option = subscription.option();
        return new Subscribe.Request(
                subscription.topicFilter(),
                new SubscriptionOptions(
                        Qos.of(option.qos().value()),
                        option.isNoLocal(),
                        option.isRetainAsPublished(),
                        RetainHandling.values()[option.retainHandling().value()]));
    }
}
