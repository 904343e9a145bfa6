package dev.caddis.mqtt.session;

import dev.caddis.mqtt.codec.EncodingException;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// How we introduce ourselves: the same CONNECT at every attempt (F05) but for what the session's
/// state asks.
final class Hello {

    private Hello() {}

    /// Our name, or the one the broker gave us; empty while it has given none.
    static String clientId(Step step) {
        String assigned = step.state.assignedClientId;
        return step.settings.clientId().isEmpty() && assigned != null
                ? assigned
                : step.settings.clientId();
    }

    static Connect connect(Step step, ConnectionState it, Input.LinkUp up) {
        SessionSettings settings = step.settings;
        Mqtt5Options mqtt5 = settings.mqtt5();
        Connect.Properties properties =
                it.version == ProtocolVersion.V5
                        ? new Connect.Properties(
                                settings.resumes() ? settings.sessionExpirySeconds() : null,
                                it.receiveMaximum,
                                (long) settings.maximumPacketSize(),
                                mqtt5.topicAliasMaximum() == 0 ? null : mqtt5.topicAliasMaximum(),
                                mqtt5.requestResponseInformation() ? true : null,
                                null,
                                mqtt5.userProperties(),
                                mqtt5.authenticationMethod(),
                                up.authenticationData())
                        : Connect.Properties.NONE;
        return new Connect(
                it.version,
                it.cleanStart,
                (int) settings.keepAlive().toSeconds(),
                clientId(step),
                it.clearing ? null : settings.will(),
                up.userName(),
                up.password(),
                properties);
    }

    /// Why the version cannot carry `connect`, which is never stripped to fit (law 7); `null` if it
    /// can.
    static @Nullable String obstacle(SessionSettings settings, Connect connect) {
        if (connect.version() == ProtocolVersion.V3_1_1) {
            if (settings.mqtt5().authenticationMethod() != null) {
                return "enhanced authentication needs MQTT 5 and the connection speaks 3.1.1";
            }
            if (connect.clientId().isEmpty() && !connect.cleanStart()) { // [MQTT-3.1.3-7]
                return "MQTT 3.1.1 resumes no session without a client id; give one";
            }
        }
        try {
            new PacketWriter(connect.version()).sizeOf(connect);
            return null;
        } catch (EncodingException e) {
            return e.getMessage();
        }
    }

    /// Why `auth` cannot be sent to a broker with these limits, or at all; `null` if it can.
    ///
    /// @param limits `null` before CONNACK
    static @Nullable String obstacle(Auth auth, @Nullable Limits limits) {
        try {
            int size = new PacketWriter(ProtocolVersion.V5).sizeOf(auth);
            return limits == null || size <= limits.maximumPacketSize()
                    ? null
                    : "AUTH has " + size + " bytes, more than the broker takes";
        } catch (EncodingException e) {
            return e.getMessage();
        }
    }

    static Auth auth(ReasonCode reason, @Nullable String method, @Nullable Bytes data) {
        return new Auth(reason, method, data, null, List.of());
    }
}
