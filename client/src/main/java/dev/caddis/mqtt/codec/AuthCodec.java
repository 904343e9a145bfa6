package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.CONTINUE_AUTHENTICATION;
import static dev.caddis.mqtt.packet.ReasonCode.RE_AUTHENTICATE;
import static dev.caddis.mqtt.packet.ReasonCode.SUCCESS;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Set;

/// AUTH (3.15), MQTT 5 alone: nothing at all for a success without properties, else a reason code
/// and properties, the authentication method among them.
final class AuthCodec {

    private static final Auth PLAIN_SUCCESS = new Auth(SUCCESS, null, null, null, List.of());

    /// 3.15.2.1 `[MQTT-3.15.2-1]`: success comes from the server, re-authenticate from the client.
    private static final Set<ReasonCode> FROM_SERVER = Set.of(SUCCESS, CONTINUE_AUTHENTICATION);

    private static final Set<ReasonCode> FROM_CLIENT =
            Set.of(CONTINUE_AUTHENTICATION, RE_AUTHENTICATE);
    private static final Set<ReasonCode> REASONS =
            Set.of(SUCCESS, CONTINUE_AUTHENTICATION, RE_AUTHENTICATE);

    private AuthCodec() {}

    static Auth read(ByteSource in, Sender sender) throws MalformedPacketException {
        Set<ReasonCode> allowed = sender == Sender.SERVER ? FROM_SERVER : FROM_CLIENT;
        if (!in.hasMore()) { // 3.15.2.1
            if (!allowed.contains(SUCCESS)) {
                throw Reasons.unlisted(in, SUCCESS.value());
            }
            return PLAIN_SUCCESS;
        }
        ReasonCode reason = Reasons.read(in, allowed);
        @Nullable String method = null;
        @Nullable Bytes data = null;
        @Nullable String reasonString = null;
        var property = new PropertyInput(in);
        while (property.next()) {
            switch (property.id()) {
                case AUTHENTICATION_METHOD -> method = property.text();
                case AUTHENTICATION_DATA -> data = property.binary();
                case REASON_STRING -> reasonString = property.text();
                case USER_PROPERTY -> property.userProperty();
                default -> throw property.foreign();
            }
        }
        if (method == null) { // 3.15.2.2.2
            throw in.protocolError(Property.AUTHENTICATION_METHOD, "is missing");
        }
        return new Auth(reason, method, data, reasonString, property.userProperties());
    }

    static void write(Auth auth, ProtocolVersion version, FieldOutput output) {
        if (version == ProtocolVersion.V3_1_1) {
            throw output.needsMqtt5("enhanced authentication");
        }
        if (auth.equals(PLAIN_SUCCESS)) {
            return;
        }
        if (auth.authenticationMethod() == null) { // 3.15.2.2.2
            throw output.refusal("authentication method is missing");
        }
        output.reason(auth.reason(), REASONS);
        output.properties(section -> {
            section.property(Property.AUTHENTICATION_METHOD, auth.authenticationMethod());
            section.property(Property.AUTHENTICATION_DATA, auth.authenticationData());
            section.property(Property.REASON_STRING, auth.reasonString());
            section.userProperties(auth.userProperties());
        });
    }
}
