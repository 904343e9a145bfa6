package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Property.CONTENT_TYPE;
import static dev.caddis.mqtt.codec.Property.CORRELATION_DATA;
import static dev.caddis.mqtt.codec.Property.MESSAGE_EXPIRY_INTERVAL;
import static dev.caddis.mqtt.codec.Property.PAYLOAD_FORMAT_INDICATOR;
import static dev.caddis.mqtt.codec.Property.TOPIC_ALIAS;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// PUBLISH (3.3): first byte `0011 dup qos qos retain`, topic name, packet identifier with QoS 1
/// and 2, properties in MQTT 5, and the payload to the end.
///
/// The hot packet: without properties, writing allocates nothing and reading nothing but the record
/// and its fields.
final class PublishCodec {

    private static final int DUP = 0b1000;
    private static final int QOS = 0b0110;
    private static final int RETAIN = 0b0001;
    private static final int TOPIC_ALIAS_BYTES = 3;

    private PublishCodec() {}

    static Publish read(int firstByte, ByteSource in, ProtocolVersion version, Sender sender)
            throws MalformedPacketException {
        int level = (firstByte & QOS) >> 1;
        if (level == 3) { // [MQTT-3.3.1-4]
            throw in.malformed("QoS", "is 3");
        }
        Qos qos = Qos.of(level);
        boolean dup = (firstByte & DUP) != 0;
        if (dup && qos == Qos.AT_MOST_ONCE) { // [MQTT-3.3.1-2]
            throw in.protocolError("DUP", "is set on QoS 0");
        }
        String topic = in.withoutWildcard("topic name", in.text("topic name")); // [MQTT-3.3.2-2]
        int packetId = qos == Qos.AT_MOST_ONCE ? 0 : in.packetId(); // [MQTT-2.2.1-2]
        Publish.Properties properties =
                version == ProtocolVersion.V5
                        ? readProperties(in, sender)
                        : Publish.Properties.NONE;
        if (topic.isEmpty() && properties.topicAlias() == null) { // 3.3.2.1, [MQTT-4.7.3-1]
            throw in.protocolError("topic name", "is empty and no topic alias stands for it");
        }
        Bytes payload = in.rest();
        return new Publish(
                topic, payload, qos, (firstByte & RETAIN) != 0, dup, packetId, properties);
    }

    static int firstByte(Publish publish) {
        return PacketType.PUBLISH.firstByte()
                | (publish.dup() ? DUP : 0)
                | (publish.qos().level() << 1)
                | (publish.retain() ? RETAIN : 0);
    }

    /// Bytes behind the fixed header.
    static long measure(Publish publish, ProtocolVersion version) {
        boolean unacknowledged = publish.qos() == Qos.AT_MOST_ONCE;
        if (unacknowledged && publish.dup()) { // [MQTT-3.3.1-2]
            throw refusal("DUP is set on QoS 0");
        }
        int packetId = publish.packetId();
        int lowest = unacknowledged ? 0 : 1; // [MQTT-2.2.1-2] [MQTT-2.2.1-3]
        if (packetId < lowest || packetId > (unacknowledged ? 0 : 0xFFFF)) {
            throw refusal(
                    "packet identifier is " + packetId + " with QoS " + publish.qos().level());
        }
        String topic = publish.topic();
        if (Text.hasWildcard(topic)) { // [MQTT-3.3.2-2]
            throw refusal("topic name holds a wildcard");
        }
        long length = 2L + Text.encodedLength(PacketType.PUBLISH, "topic name", topic);
        length += unacknowledged ? 0 : 2;
        length += publish.payload().length();
        Publish.Properties properties = publish.properties();
        if (version == ProtocolVersion.V5) {
            long propertyLength = propertyLength(properties);
            if (propertyLength > VariableByteInteger.MAX) {
                throw refusal("its properties take " + propertyLength + " bytes");
            }
            length += VariableByteInteger.sizeOf((int) propertyLength) + propertyLength;
        } else if (hasAny(properties)) {
            throw EncodingException.needsMqtt5(PacketType.PUBLISH, "a property");
        }
        if (topic.isEmpty() && properties.topicAlias() == null) { // 3.3.2.1, [MQTT-4.7.3-1]
            throw refusal("topic name is empty and no topic alias stands for it");
        }
        return length;
    }

    /// Writes what was measured.
    static void write(Publish publish, ProtocolVersion version, ByteSink sink) {
        sink.text(publish.topic());
        if (publish.qos() != Qos.AT_MOST_ONCE) {
            sink.twoBytes(publish.packetId());
        }
        if (version == ProtocolVersion.V5) {
            Publish.Properties properties = publish.properties();
            Integer alias = properties.topicAlias();
            if (alias != null && isTopicAliasAlone(properties)) {
                sink.variable(TOPIC_ALIAS_BYTES);
                sink.oneByte(TOPIC_ALIAS.id());
                sink.twoBytes(alias);
            } else if (hasAny(properties)) {
                sink.variable((int) propertyLength(properties));
                writeProperties(properties, FieldOutput.writing(PacketType.PUBLISH, sink));
            } else {
                sink.variable(0);
            }
        }
        sink.bytes(publish.payload());
    }

    private static boolean hasAny(Publish.Properties properties) {
        return !properties.equals(Publish.Properties.NONE);
    }

    private static long propertyLength(Publish.Properties properties) {
        if (!hasAny(properties)) {
            return 0;
        }
        return isTopicAliasAlone(properties)
                ? TOPIC_ALIAS_BYTES
                : FieldOutput.measure(
                        PacketType.PUBLISH, output -> writeProperties(properties, output));
    }

    /// As almost every message has them that goes to a broker with topic aliases.
    private static boolean isTopicAliasAlone(Publish.Properties p) {
        Integer alias = p.topicAlias();
        return alias != null
                && alias >= 1 // [MQTT-3.3.2-8]
                && alias <= 0xFFFF
                && !p.payloadIsUtf8()
                && p.messageExpirySeconds() == null
                && p.responseTopic() == null
                && p.correlationData() == null
                && p.contentType() == null
                && p.userProperties().isEmpty()
                && p.subscriptionIdentifiers().isEmpty();
    }

    /// 3.3.2.3
    private static void writeProperties(Publish.Properties properties, FieldOutput output) {
        if (properties.payloadIsUtf8()) {
            output.property(PAYLOAD_FORMAT_INDICATOR, true);
        }
        output.propertyInFourBytes(MESSAGE_EXPIRY_INTERVAL, properties.messageExpirySeconds(), 0);
        output.propertyInTwoBytes(TOPIC_ALIAS, properties.topicAlias(), 1); // [MQTT-3.3.2-8]
        output.responseTopic(properties.responseTopic());
        output.property(CORRELATION_DATA, properties.correlationData());
        output.userProperties(properties.userProperties());
        properties.subscriptionIdentifiers().forEach(output::subscriptionIdentifier);
        output.property(CONTENT_TYPE, properties.contentType());
    }

    private static Publish.Properties readProperties(ByteSource in, Sender sender)
            throws MalformedPacketException {
        if (in.skipsNoProperties()) {
            return Publish.Properties.NONE;
        }
        boolean payloadIsUtf8 = false;
        @Nullable Long messageExpirySeconds = null;
        @Nullable Integer topicAlias = null;
        @Nullable String responseTopic = null;
        @Nullable Bytes correlationData = null;
        List<Integer> subscriptionIdentifiers = new ArrayList<>(1);
        @Nullable String contentType = null;
        var property = new PropertyInput(in);
        while (property.next()) {
            switch (property.id()) {
                case PAYLOAD_FORMAT_INDICATOR -> payloadIsUtf8 = property.flag();
                case MESSAGE_EXPIRY_INTERVAL -> messageExpirySeconds = property.fourBytes();
                case TOPIC_ALIAS -> topicAlias = property.topicAlias();
                case RESPONSE_TOPIC -> responseTopic = property.topicName();
                case CORRELATION_DATA -> correlationData = property.binary();
                case USER_PROPERTY -> property.userProperty();
                case SUBSCRIPTION_IDENTIFIER -> {
                    if (sender == Sender.CLIENT) { // [MQTT-3.3.4-6]
                        throw in.protocolError(property.id(), "never comes from a client");
                    }
                    subscriptionIdentifiers.add(property.positiveVariable());
                }
                case CONTENT_TYPE -> contentType = property.text();
                default -> throw property.foreign();
            }
        }
        return new Publish.Properties(
                payloadIsUtf8,
                messageExpirySeconds,
                topicAlias,
                responseTopic,
                correlationData,
                property.userProperties(),
                subscriptionIdentifiers,
                contentType);
    }

    private static EncodingException refusal(String problem) {
        return new EncodingException(PacketType.PUBLISH, problem);
    }
}
