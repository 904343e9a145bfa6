package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.packet.ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
import static dev.caddis.mqtt.packet.ReasonCode.UNSUPPORTED_PROTOCOL_VERSION;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;

/// CONNECT (3.1): protocol name, version, flags, keep alive, properties in MQTT 5; then client
/// identifier, will, user name and password as far as the flags announce them `[MQTT-3.1.3-1]`.
///
/// Flags: `user-name password will-retain will-qos will-qos will clean-start 0`
final class ConnectCodec {

    private static final String PROTOCOL_NAME = "MQTT";
    private static final int USER_NAME = 0b1000_0000;
    private static final int PASSWORD = 0b0100_0000;
    private static final int WILL_RETAIN = 0b0010_0000;
    private static final int WILL_QOS = 0b0001_1000;
    private static final int WILL = 0b0000_0100;
    private static final int CLEAN_START = 0b0000_0010;
    private static final int RESERVED = 0b0000_0001;

    private ConnectCodec() {}

    static Connect read(ByteSource in) throws MalformedPacketException {
        ProtocolVersion version = readVersion(in);
        int flags = in.oneByte("connect flags");
        requireValid(flags, in, version);
        int keepAliveSeconds = in.twoBytes("keep alive");
        Connect.Properties properties =
                version == ProtocolVersion.V5
                        ? ConnectProperties.read(in)
                        : Connect.Properties.NONE;
        boolean cleanStart = (flags & CLEAN_START) != 0;
        String clientId = in.text("client identifier"); // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
        if (version == ProtocolVersion.V3_1_1 && clientId.isEmpty() && !cleanStart) {
            // 3.1.1: [MQTT-3.1.3-8]
            throw in.refusal(
                    CLIENT_IDENTIFIER_NOT_VALID,
                    "client identifier",
                    "is empty without clean session");
        }
        @Nullable Will will =
                (flags & WILL) != 0
                        ? WillCodec.read(
                                in,
                                version,
                                Qos.of((flags & WILL_QOS) >> 3),
                                (flags & WILL_RETAIN) != 0)
                        : null;
        @Nullable String userName =
                (flags & USER_NAME) != 0 ? in.text("user name") : null; // [MQTT-3.1.3-12]
        @Nullable Bytes password = (flags & PASSWORD) != 0 ? in.binary("password") : null;
        return new Connect(
                version,
                cleanStart,
                keepAliveSeconds,
                clientId,
                will,
                userName,
                password,
                properties);
    }

    private static ProtocolVersion readVersion(ByteSource in) throws MalformedPacketException {
        if (!in.text("protocol name").equals(PROTOCOL_NAME)) { // [MQTT-3.1.2-1]
            throw in.refusal(UNSUPPORTED_PROTOCOL_VERSION, "protocol name", "is not MQTT");
        }
        int level = in.oneByte("protocol version");
        for (ProtocolVersion version : ProtocolVersion.values()) {
            if (version.level() == level) {
                return version;
            }
        }
        throw in.refusal( // [MQTT-3.1.2-2]
                UNSUPPORTED_PROTOCOL_VERSION,
                "protocol version",
                "is " + level + ", neither 4 nor 5");
    }

    private static void requireValid(int flags, ByteSource in, ProtocolVersion version)
            throws MalformedPacketException {
        if ((flags & RESERVED) != 0) { // [MQTT-3.1.2-3]
            throw in.malformed("connect flags", "have the reserved bit set");
        }
        if ((flags & WILL) == 0
                && (flags & (WILL_QOS | WILL_RETAIN)) != 0) { // [MQTT-3.1.2-11] [MQTT-3.1.2-13]
            throw in.malformed("connect flags", "have a will QoS or retain without a will");
        }
        if ((flags & WILL_QOS) == WILL_QOS) { // [MQTT-3.1.2-12]
            throw in.malformed("connect flags", "have will QoS 3");
        }
        if (version == ProtocolVersion.V3_1_1 && (flags & (USER_NAME | PASSWORD)) == PASSWORD) {
            // 3.1.1: [MQTT-3.1.2-22]
            throw in.protocolError("connect flags", "have a password without a user name");
        }
    }

    static void write(Connect connect, ProtocolVersion version, FieldOutput output) {
        if (connect.version() != version) {
            throw output.refusal(
                    "it says MQTT " + connect.version() + " on a connection of MQTT " + version);
        }
        requireWritable(connect, output);
        output.text("protocol name", PROTOCOL_NAME);
        output.oneByte(version.level());
        output.oneByte(flagsOf(connect));
        output.twoBytes("keep alive", connect.keepAliveSeconds());
        if (version == ProtocolVersion.V5) {
            output.properties(section -> ConnectProperties.write(connect.properties(), section));
        }
        output.text("client identifier", connect.clientId());
        if (connect.will() != null) {
            WillCodec.write(connect.will(), version, output);
        }
        if (connect.userName() != null) {
            output.text("user name", connect.userName());
        }
        if (connect.password() != null) {
            output.binary("password", connect.password());
        }
    }

    private static void requireWritable(Connect connect, FieldOutput output) {
        if (connect.version() == ProtocolVersion.V5) {
            return;
        }
        if (!connect.properties().equals(Connect.Properties.NONE)) {
            throw output.needsMqtt5("a property");
        }
        if (connect.password() != null && connect.userName() == null) { // 3.1.1: [MQTT-3.1.2-22]
            throw output.needsMqtt5("a password without a user name");
        }
        if (connect.clientId().isEmpty() && !connect.cleanStart()) { // 3.1.1: [MQTT-3.1.3-7]
            throw output.needsMqtt5("an empty client identifier without clean session");
        }
    }

    private static int flagsOf(Connect connect) {
        Will will = connect.will();
        int willFlags =
                will == null
                        ? 0
                        : WILL | (will.qos().level() << 3) | (will.retain() ? WILL_RETAIN : 0);
        return willFlags
                | (connect.userName() != null ? USER_NAME : 0)
                | (connect.password() != null ? PASSWORD : 0)
                | (connect.cleanStart() ? CLEAN_START : 0);
    }
}
