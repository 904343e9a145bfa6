package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Property.CONTENT_TYPE;
import static dev.caddis.mqtt.codec.Property.CORRELATION_DATA;
import static dev.caddis.mqtt.codec.Property.MESSAGE_EXPIRY_INTERVAL;
import static dev.caddis.mqtt.codec.Property.PAYLOAD_FORMAT_INDICATOR;
import static dev.caddis.mqtt.codec.Property.WILL_DELAY_INTERVAL;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.UserProperty;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// The will inside the payload of CONNECT (3.1.3.2 to 3.1.3.4): properties in MQTT 5, topic,
/// payload of at most 65,535 bytes. QoS and retain stand in the connect flags.
final class WillCodec {

    private WillCodec() {}

    static Will read(ByteSource in, ProtocolVersion version, Qos qos, boolean retain)
            throws MalformedPacketException {
        @Nullable Long delaySeconds = null;
        boolean payloadIsUtf8 = false;
        @Nullable Long messageExpirySeconds = null;
        @Nullable String contentType = null;
        @Nullable String responseTopic = null;
        @Nullable Bytes correlationData = null;
        List<UserProperty> userProperties = List.of();
        if (version == ProtocolVersion.V5 && !in.skipsNoProperties()) {
            var property = new PropertyInput(in);
            while (property.next()) {
                switch (property.id()) {
                    case WILL_DELAY_INTERVAL -> delaySeconds = property.fourBytes();
                    case PAYLOAD_FORMAT_INDICATOR -> payloadIsUtf8 = property.flag();
                    case MESSAGE_EXPIRY_INTERVAL -> messageExpirySeconds = property.fourBytes();
                    case CONTENT_TYPE -> contentType = property.text();
                    case RESPONSE_TOPIC -> responseTopic = property.topicName();
                    case CORRELATION_DATA -> correlationData = property.binary();
                    case USER_PROPERTY -> property.userProperty();
                    default -> throw property.foreign();
                }
            }
            userProperties = property.userProperties();
        }
        return new Will(
                in.topicName("will topic"), // [MQTT-3.1.3-11]
                in.binary("will payload"),
                qos,
                retain,
                delaySeconds,
                payloadIsUtf8,
                messageExpirySeconds,
                contentType,
                responseTopic,
                correlationData,
                userProperties);
    }

    static void write(Will will, ProtocolVersion version, FieldOutput output) {
        if (version == ProtocolVersion.V5) {
            output.properties(section -> writeProperties(will, section));
        } else if (FieldOutput.measure(
                        PacketType.CONNECT, section -> writeProperties(will, section))
                > 0) {
            throw output.needsMqtt5("a will property");
        }
        output.topicName("will topic", will.topic());
        output.binary("will payload", will.payload());
    }

    /// 3.1.3.2
    private static void writeProperties(Will will, FieldOutput section) {
        section.propertyInFourBytes(WILL_DELAY_INTERVAL, will.delaySeconds(), 0);
        if (will.payloadIsUtf8()) {
            section.property(PAYLOAD_FORMAT_INDICATOR, true);
        }
        section.propertyInFourBytes(MESSAGE_EXPIRY_INTERVAL, will.messageExpirySeconds(), 0);
        section.property(CONTENT_TYPE, will.contentType());
        section.responseTopic(will.responseTopic());
        section.property(CORRELATION_DATA, will.correlationData());
        section.userProperties(will.userProperties());
    }
}
