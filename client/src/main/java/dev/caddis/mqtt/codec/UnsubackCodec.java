package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.NO_SUBSCRIPTION_EXISTED;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_IDENTIFIER_IN_USE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_FILTER_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Unsuback;

import java.util.List;
import java.util.Set;

/// UNSUBACK (3.11): packet identifier and, in MQTT 5, properties and a reason code for each filter.
final class UnsubackCodec {

    /// 3.11.3 `[MQTT-3.11.3-2]`
    private static final Set<ReasonCode> REASONS =
            Set.of(
                    SUCCESS,
                    NO_SUBSCRIPTION_EXISTED,
                    UNSPECIFIED_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    TOPIC_FILTER_INVALID,
                    PACKET_IDENTIFIER_IN_USE);

    private UnsubackCodec() {}

    static Unsuback read(ByteSource in, ProtocolVersion version) throws MalformedPacketException {
        int packetId = in.packetId();
        if (version == ProtocolVersion.V3_1_1) {
            return new Unsuback(packetId, List.of(), null, List.of());
        }
        ReasonProperties properties = ReasonProperties.read(in);
        return new Unsuback(
                packetId,
                Reasons.readAll(in, REASONS),
                properties.reasonString(),
                properties.userProperties());
    }

    /// In 3.1.1 the identifier alone is written: there a broker never refuses.
    static void write(Unsuback unsuback, ProtocolVersion version, FieldOutput output) {
        output.packetId(unsuback.packetId());
        if (version == ProtocolVersion.V3_1_1) {
            if (!unsuback.userProperties().isEmpty()) {
                throw output.needsMqtt5("a user property");
            }
            return;
        }
        ReasonProperties.write(unsuback.reasonString(), unsuback.userProperties(), output);
        if (unsuback.reasons().isEmpty()) {
            throw output.refusal("its list of reason codes is empty");
        }
        for (ReasonCode reason : unsuback.reasons()) {
            output.reason(reason, REASONS);
        }
    }
}
