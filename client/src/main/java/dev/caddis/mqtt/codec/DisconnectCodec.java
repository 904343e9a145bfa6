package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.ADMINISTRATIVE_ACTION;
import static dev.caddis.mqtt.packet.ReasonCode.BAD_AUTHENTICATION_METHOD;
import static dev.caddis.mqtt.packet.ReasonCode.CONNECTION_RATE_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.DISCONNECT_WITH_WILL;
import static dev.caddis.mqtt.packet.ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.KEEP_ALIVE_TIMEOUT;
import static dev.caddis.mqtt.packet.ReasonCode.MALFORMED_PACKET;
import static dev.caddis.mqtt.packet.ReasonCode.MAXIMUM_CONNECT_TIME;
import static dev.caddis.mqtt.packet.ReasonCode.MESSAGE_RATE_TOO_HIGH;
import static dev.caddis.mqtt.packet.ReasonCode.NOT_AUTHORIZED;
import static dev.caddis.mqtt.packet.ReasonCode.PACKET_TOO_LARGE;
import static dev.caddis.mqtt.packet.ReasonCode.PAYLOAD_FORMAT_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.PROTOCOL_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.QOS_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.QUOTA_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
import static dev.caddis.mqtt.packet.ReasonCode.RETAIN_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_BUSY;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_MOVED;
import static dev.caddis.mqtt.packet.ReasonCode.SERVER_SHUTTING_DOWN;
import static dev.caddis.mqtt.packet.ReasonCode.SESSION_TAKEN_OVER;
import static dev.caddis.mqtt.packet.ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_ALIAS_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_FILTER_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.TOPIC_NAME_INVALID;
import static dev.caddis.mqtt.packet.ReasonCode.UNSPECIFIED_ERROR;
import static dev.caddis.mqtt.packet.ReasonCode.USE_ANOTHER_SERVER;
import static dev.caddis.mqtt.packet.ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED;

import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// DISCONNECT (3.14): nothing at all in 3.1.1 and for a plain end, else a reason code and, where
/// there are any, properties.
final class DisconnectCodec {

    /// 3.14.2.1 `[MQTT-3.14.2-1]`, and 0x8C by section 2.4. Which side a code belongs to is not
    /// asked, but for 0x04: brokers do say 0x00, and clients 0x8D, though the table gives each to
    /// the other.
    private static final Set<ReasonCode> REASONS =
            Set.of(
                    SUCCESS,
                    DISCONNECT_WITH_WILL,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    NOT_AUTHORIZED,
                    SERVER_BUSY,
                    SERVER_SHUTTING_DOWN,
                    BAD_AUTHENTICATION_METHOD,
                    KEEP_ALIVE_TIMEOUT,
                    SESSION_TAKEN_OVER,
                    TOPIC_FILTER_INVALID,
                    TOPIC_NAME_INVALID,
                    RECEIVE_MAXIMUM_EXCEEDED,
                    TOPIC_ALIAS_INVALID,
                    PACKET_TOO_LARGE,
                    MESSAGE_RATE_TOO_HIGH,
                    QUOTA_EXCEEDED,
                    ADMINISTRATIVE_ACTION,
                    PAYLOAD_FORMAT_INVALID,
                    RETAIN_NOT_SUPPORTED,
                    QOS_NOT_SUPPORTED,
                    USE_ANOTHER_SERVER,
                    SERVER_MOVED,
                    SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                    CONNECTION_RATE_EXCEEDED,
                    MAXIMUM_CONNECT_TIME,
                    SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);

    private DisconnectCodec() {}

    static Disconnect read(ByteSource in, ProtocolVersion version, Sender sender)
            throws MalformedPacketException {
        if (version == ProtocolVersion.V3_1_1 || !in.hasMore()) { // 3.14.2.1
            return new Disconnect(SUCCESS);
        }
        ReasonCode reason = Reasons.read(in, REASONS);
        if (reason == DISCONNECT_WITH_WILL && sender == Sender.SERVER) {
            throw in.protocolError("reason code", "0x04 never comes from a server");
        }
        if (!in.hasMore() || in.skipsNoProperties()) { // 3.14.2.2.1
            return new Disconnect(reason);
        }
        @Nullable Long sessionExpirySeconds = null;
        @Nullable String reasonString = null;
        @Nullable String serverReference = null;
        var property = new PropertyInput(in);
        while (property.next()) {
            switch (property.id()) {
                case SESSION_EXPIRY_INTERVAL -> {
                    if (sender == Sender.SERVER) { // [MQTT-3.14.2-2]
                        throw in.protocolError(property.id(), "never comes from a server");
                    }
                    sessionExpirySeconds = property.fourBytes();
                }
                case REASON_STRING -> reasonString = property.text();
                case USER_PROPERTY -> property.userProperty();
                case SERVER_REFERENCE -> serverReference = property.text();
                default -> throw property.foreign();
            }
        }
        return new Disconnect(
                reason,
                sessionExpirySeconds,
                reasonString,
                property.userProperties(),
                serverReference);
    }

    static void write(Disconnect disconnect, ProtocolVersion version, FieldOutput output) {
        boolean bare = disconnect.equals(new Disconnect(disconnect.reason()));
        if (bare && disconnect.reason() == SUCCESS) {
            return;
        }
        if (version == ProtocolVersion.V3_1_1) { // a 3.1.1 DISCONNECT always discards the will
            throw output.refusal(
                    "MQTT 3.1.1 has neither a reason nor properties for it; close the connection"
                            + " without one");
        }
        output.reason(disconnect.reason(), REASONS);
        if (!bare) {
            output.properties(section -> writeProperties(disconnect, section));
        }
    }

    private static void writeProperties(Disconnect disconnect, FieldOutput section) {
        section.propertyInFourBytes(
                Property.SESSION_EXPIRY_INTERVAL, disconnect.sessionExpirySeconds(), 0);
        section.property(Property.REASON_STRING, disconnect.reasonString());
        section.userProperties(disconnect.userProperties());
        section.property(Property.SERVER_REFERENCE, disconnect.serverReference());
    }
}
