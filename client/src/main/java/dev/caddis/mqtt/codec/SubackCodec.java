package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_1;
import static dev.caddis.mqtt.packet.ReasonCode.GRANTED_QOS_2;
import static dev.caddis.mqtt.packet.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_IDENTIFIER_IN_USE;
import static dev.caddis.mqtt.packet.ReasonCode.QUOTA_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_FILTER_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;

import java.util.Set;

/// SUBACK (3.9): packet identifier, properties in MQTT 5, then a reason code for each filter.
final class SubackCodec {

    /// 3.9.3 `[MQTT-3.9.3-2]`
    private static final Set<ReasonCode> REASONS =
            Set.of(
                    SUCCESS,
                    GRANTED_QOS_1,
                    GRANTED_QOS_2,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_FILTER_INVALID,
                    PACKET_IDENTIFIER_IN_USE,
                    QUOTA_EXCEEDED,
                    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);

    /// The return codes of 3.1.1: its only failure, 0x80, has the byte of
    /// [ReasonCode#UNSPECIFIED_ERROR].
    private static final Set<ReasonCode> REASONS_3_1_1 =
            Set.of(SUCCESS, GRANTED_QOS_1, GRANTED_QOS_2, UNSPECIFIED_ERROR);

    private SubackCodec() {}

    static Suback read(ByteSource in, ProtocolVersion version) throws MalformedPacketException {
        int packetId = in.packetId();
        ReasonProperties properties =
                version == ProtocolVersion.V5 ? ReasonProperties.read(in) : ReasonProperties.NONE;
        return new Suback(
                packetId,
                Reasons.readAll(in, reasonsIn(version)),
                properties.reasonString(),
                properties.userProperties());
    }

    static void write(Suback suback, ProtocolVersion version, FieldOutput output) {
        output.packetId(suback.packetId());
        if (version == ProtocolVersion.V5) {
            ReasonProperties.write(suback.reasonString(), suback.userProperties(), output);
        } else if (suback.reasonString() != null || !suback.userProperties().isEmpty()) {
            throw output.needsMqtt5("a property");
        }
        if (suback.reasons().isEmpty()) {
            throw output.refusal("its list of reason codes is empty");
        }
        for (ReasonCode reason : suback.reasons()) {
            output.reason(reason, reasonsIn(version));
        }
    }

    private static Set<ReasonCode> reasonsIn(ProtocolVersion version) {
        return version == ProtocolVersion.V5 ? REASONS : REASONS_3_1_1;
    }
}
