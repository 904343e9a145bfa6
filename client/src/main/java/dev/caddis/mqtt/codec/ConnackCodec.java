package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.BAD_AUTHENTICATION_METHOD;
import static dev.caddis.mqtt.packet.ReasonCode.BAD_USER_NAME_OR_PASSWORD;
import static dev.caddis.mqtt.packet.ReasonCode.BANNED;
import static dev.caddis.mqtt.packet.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static dev.caddis.mqtt.packet.ReasonCode.CONNECTION_RATE_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.MALFORMED_PACKET;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_TOO_LARGE;
import static dev.caddis.mqtt.packet.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.PROTOCOL_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.QOS_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.QUOTA_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.RETAIN_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_BUSY;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_MOVED;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_UNAVAILABLE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_NAME_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;
import static dev.caddis.mqtt.packet.ReasonCode.USE_ANOTHER_SERVER;

import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import java.util.List;
import java.util.Set;

/// CONNACK (3.2): flags `0000 000 session-present`, a reason code (3.1.1: a return code) and
/// properties in MQTT 5.
final class ConnackCodec {

    /// 3.2.2.2 `[MQTT-3.2.2-8]`
    private static final Set<ReasonCode> REASONS =
            Set.of(
                    SUCCESS,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    UNSUPPORTED_PROTOCOL_VERSION,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    BAD_USER_NAME_OR_PASSWORD,
                    NOT_AUTHORIZED,
                    SERVER_UNAVAILABLE,
                    SERVER_BUSY,
                    BANNED,
                    BAD_AUTHENTICATION_METHOD,
                    TOPIC_NAME_INVALID,
                    PACKET_TOO_LARGE,
                    QUOTA_EXCEEDED,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    CONNECTION_RATE_EXCEEDED);

    /// The return codes 0 to 5 of 3.1.1 (3.2.2.3 there), in their order.
    private static final List<ReasonCode> RETURN_CODES =
            List.of(
                    SUCCESS,
                    UNSUPPORTED_PROTOCOL_VERSION,
                    CLIENT_IDENTIFIER_NOT_VALID,
                    SERVER_UNAVAILABLE,
                    BAD_USER_NAME_OR_PASSWORD,
                    NOT_AUTHORIZED);

    private static final int UNSUPPORTED_PROTOCOL_VERSION_3 = 1;

    private ConnackCodec() {}

    static Connack read(ByteSource in, ProtocolVersion version) throws MalformedPacketException {
        int flags = in.oneByte("acknowledge flags");
        if (flags > 1) { // [MQTT-3.2.2-1]
            throw in.malformed("acknowledge flags", "have a reserved bit set");
        }
        boolean sessionPresent = flags == 1;
        if (version == ProtocolVersion.V5
                && (in.isExactly(UNSUPPORTED_PROTOCOL_VERSION_3)
                        || in.isExactly(UNSUPPORTED_PROTOCOL_VERSION_3, 0))) {
            // a broker that knows only 3.1.1 answers in its own form, without properties; one that
            // is built on a library of MQTT 5 may add that there are none
            return new Connack(false, UNSUPPORTED_PROTOCOL_VERSION, Connack.Properties.NONE);
        }
        ReasonCode reason =
                version == ProtocolVersion.V5 ? Reasons.read(in, REASONS) : readReturnCode(in);
        if (sessionPresent && reason != SUCCESS) { // [MQTT-3.2.2-6]; 3.1.1: [MQTT-3.2.2-4]
            throw in.protocolError("session present", "is set although the connection is refused");
        }
        Connack.Properties properties =
                version == ProtocolVersion.V5
                        ? ConnackProperties.read(in)
                        : Connack.Properties.NONE;
        return new Connack(sessionPresent, reason, properties);
    }

    static void write(Connack connack, ProtocolVersion version, FieldOutput output) {
        ReasonCode reason = connack.reason();
        if (connack.sessionPresent() && reason != SUCCESS) { // [MQTT-3.2.2-6]
            throw output.refusal("session present is set although the connection is refused");
        }
        output.oneByte(connack.sessionPresent() ? 1 : 0);
        if (version == ProtocolVersion.V5) {
            output.reason(reason, REASONS);
            output.properties(section -> ConnackProperties.write(connack.properties(), section));
            return;
        }
        if (!connack.properties().equals(Connack.Properties.NONE)) {
            throw output.needsMqtt5("a property");
        }
        int returnCode = RETURN_CODES.indexOf(reason);
        if (returnCode < 0) {
            throw output.refusal("MQTT 3.1.1 has no return code for " + reason);
        }
        output.oneByte(returnCode);
    }

    private static ReasonCode readReturnCode(ByteSource in) throws MalformedPacketException {
        int returnCode = in.oneByte("return code");
        if (returnCode >= RETURN_CODES.size()) {
            throw Reasons.unlisted(in, returnCode);
        }
        return RETURN_CODES.get(returnCode);
    }
}
