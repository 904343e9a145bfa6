package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.NO_MATCHING_SUBSCRIBERS;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_IDENTIFIER_IN_USE;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_IDENTIFIER_NOT_FOUND;
import static dev.caddis.mqtt.packet.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.QUOTA_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_NAME_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;

import dev.caddis.mqtt.packet.Acknowledgement;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.UserProperty;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/// PUBACK, PUBREC, PUBREL and PUBCOMP (3.4 to 3.7), which differ in their type alone: packet
/// identifier and, in MQTT 5, a reason code that is left out when it is success, and properties
/// that are left out when there are none.
final class AcknowledgementCodec {

    /// 3.4.2.1 `[MQTT-3.4.2-1]` and 3.5.2.1 `[MQTT-3.5.2-1]`
    private static final Set<ReasonCode> ANSWERS_TO_PUBLISH =
            Set.of(
                    SUCCESS,
                    NO_MATCHING_SUBSCRIBERS,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_NAME_INVALID,
                    PACKET_IDENTIFIER_IN_USE,
                    QUOTA_EXCEEDED,
                    PAYLOAD_FORMAT_INVALID);

    /// 3.6.2.1 `[MQTT-3.6.2-1]` and 3.7.2.1 `[MQTT-3.7.2-1]`
    private static final Set<ReasonCode> RELEASES = Set.of(SUCCESS, PACKET_IDENTIFIER_NOT_FOUND);

    private AcknowledgementCodec() {}

    static PacketType typeOf(Acknowledgement acknowledgement) {
        if (acknowledgement instanceof Puback) {
            return PacketType.PUBACK;
        }
        if (acknowledgement instanceof Pubrec) {
            return PacketType.PUBREC;
        }
        return acknowledgement instanceof Pubrel ? PacketType.PUBREL : PacketType.PUBCOMP;
    }

    static Acknowledgement read(ByteSource in, ProtocolVersion version)
            throws MalformedPacketException {
        PacketType type = in.packet();
        int id = in.packetId();
        ReasonCode reason = SUCCESS;
        ReasonProperties properties = ReasonProperties.NONE;
        if (version == ProtocolVersion.V5 && in.hasMore()) {
            reason = Reasons.read(in, reasonsOf(type));
            if (in.hasMore()) { // 3.4.2.2.1
                properties = ReasonProperties.read(in);
            }
        }
        @Nullable String reasonString = properties.reasonString();
        List<UserProperty> userProperties = properties.userProperties();
        return switch (type) {
            case PUBACK -> new Puback(id, reason, reasonString, userProperties);
            case PUBREC -> new Pubrec(id, reason, reasonString, userProperties);
            case PUBREL -> new Pubrel(id, reason, reasonString, userProperties);
            default -> new Pubcomp(id, reason, reasonString, userProperties);
        };
    }

    /// Bytes behind the fixed header: 2 in 3.1.1, which has no reasons, and for a plain success.
    static long measure(Acknowledgement acknowledgement, ProtocolVersion version) {
        PacketType type = typeOf(acknowledgement);
        int id = acknowledgement.packetId();
        if (id < 1 || id > 0xFFFF) { // [MQTT-2.2.1-5]
            throw new EncodingException(type, "packet identifier is " + id);
        }
        if (version == ProtocolVersion.V3_1_1) {
            if (!acknowledgement.userProperties().isEmpty()) {
                throw EncodingException.needsMqtt5(type, "a user property");
            }
            return 2;
        }
        ReasonCode reason = acknowledgement.reason();
        if (!reasonsOf(type).contains(reason)) {
            throw new EncodingException(type, "the standard lists no " + reason + " for it");
        }
        if (hasProperties(acknowledgement)) {
            return 3
                    + FieldOutput.measure(type, output -> writeProperties(acknowledgement, output));
        }
        return reason == SUCCESS ? 2 : 3;
    }

    /// Writes what was measured as `remainingLength`.
    static void write(Acknowledgement acknowledgement, int remainingLength, ByteSink sink) {
        sink.twoBytes(acknowledgement.packetId());
        if (remainingLength > 2) {
            sink.oneByte(acknowledgement.reason().value());
        }
        if (remainingLength > 3) {
            writeProperties(acknowledgement, FieldOutput.writing(typeOf(acknowledgement), sink));
        }
    }

    private static Set<ReasonCode> reasonsOf(PacketType type) {
        return type == PacketType.PUBACK || type == PacketType.PUBREC
                ? ANSWERS_TO_PUBLISH
                : RELEASES;
    }

    private static boolean hasProperties(Acknowledgement acknowledgement) {
        return acknowledgement.reasonString() != null
                || !acknowledgement.userProperties().isEmpty();
    }

    private static void writeProperties(Acknowledgement acknowledgement, FieldOutput output) {
        ReasonProperties.write(
                acknowledgement.reasonString(), acknowledgement.userProperties(), output);
    }
}
