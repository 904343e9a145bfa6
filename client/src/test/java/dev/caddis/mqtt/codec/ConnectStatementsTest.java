package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Wire.assertRefused;
import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Will;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The statements about CONNECT (3.1), read from its bytes with every combination of will, user
/// name and password, in both versions.
class ConnectStatementsTest {

    static Connect connect(
            ProtocolVersion version,
            @Nullable Will will,
            @Nullable String userName,
            @Nullable String password) {
        return new Connect(
                version,
                true,
                60,
                "c",
                will,
                userName,
                password == null ? null : Bytes.utf8(password),
                Connect.Properties.NONE);
    }

    static List<Connect> every() {
        List<Connect> all = new ArrayList<>();
        for (ProtocolVersion version : ProtocolVersion.values()) {
            for (String userName : new @Nullable String[] {null, "", "user"}) {
                for (String password : new @Nullable String[] {null, "", "password"}) {
                    if (version == V5 || password == null || userName != null) {
                        all.add(connect(version, null, userName, password));
                        for (Qos qos : Qos.values()) {
                            Will kept = Sample.will("w", qos, true);
                            Will will = Sample.will("w", qos, false);
                            all.add(connect(version, kept, userName, password));
                            all.add(connect(version, will, userName, password));
                        }
                    }
                }
            }
        }
        return all;
    }

    /// What follows the connect flags, taken apart as they say and in the order of the standard.
    private static final class Taken {
        final int flags;
        final String clientId;
        final @Nullable String willTopic;
        final @Nullable String willPayload;
        final @Nullable String userName;
        final @Nullable String password;
        final int left;

        Taken(Connect connect) {
            ByteBuffer in = ByteBuffer.wrap(written(connect.version(), connect));
            in.position(9); // type, length, protocol name, version
            flags = in.get() & 0xFF;
            in.getShort(); // keep alive
            skipNoProperties(connect, in);
            clientId = text(in);
            if (has(4)) {
                skipNoProperties(connect, in);
            }
            willTopic = has(4) ? text(in) : null;
            willPayload = has(4) ? text(in) : null;
            userName = has(128) ? text(in) : null;
            password = has(64) ? text(in) : null;
            left = in.remaining();
        }

        boolean has(int bit) {
            return (flags & bit) != 0;
        }

        private static void skipNoProperties(Connect connect, ByteBuffer in) {
            if (connect.version() == V5) {
                assertThat(in.get()).as("property length").isZero();
            }
        }

        private static String text(ByteBuffer in) {
            byte[] text = new byte[in.getShort()];
            in.get(text);
            return new String(text, StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_protocol_name_is_MQTT(ProtocolVersion version) { // [MQTT-3.1.2-1]
        assertThat(written(version, Sample.connect(version, "c")))
                .startsWith(0x10, version == V5 ? 14 : 13, 0, 4, 'M', 'Q', 'T', 'T')
                .containsSequence('T', version == V5 ? 5 : 4);
        assertRefused(
                CLIENT,
                version,
                "10 (0004'MQTt' 05 02 0000 00 0000)",
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                "protocol name");
    }

    @ParameterizedTest
    @MethodSource("every")
    void will_topic_and_payload_are_there_when_the_will_flag_is_1(Connect connect) {
        Taken taken = new Taken(connect); // [MQTT-3.1.2-9]
        assertThat(taken.has(4)).isEqualTo(connect.will() != null);
        if (connect.will() != null) {
            assertThat(taken.willTopic).isEqualTo("w");
            assertThat(taken.willPayload).isEqualTo("gone");
        }
        assertThat(taken.left).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void without_a_will_its_QoS_and_retain_bits_are_0(ProtocolVersion version) {
        // [MQTT-3.1.2-11] [MQTT-3.1.2-13], 3.1.1: [MQTT-3.1.2-11] [MQTT-3.1.2-13] [MQTT-3.1.2-15]
        for (Connect connect : every()) {
            if (connect.version() == version && connect.will() == null) {
                Taken taken = new Taken(connect);
                assertThat(taken.flags & 0b0011_1100).isZero();
                assertThat(taken.left).isZero();
            }
        }
        String level = version == V5 ? "05" : "04";
        for (String flags : new String[] {"0A", "12", "1A", "22"}) {
            assertRefused(
                    CLIENT,
                    version,
                    "10 (0004'MQTT' " + level + flags + " 0000 0000 0000)",
                    ReasonCode.MALFORMED_PACKET,
                    "without a will");
        }
    }

    @ParameterizedTest
    @EnumSource
    void the_will_QoS_is_0_1_or_2(ProtocolVersion version) { // [MQTT-3.1.2-12], 3.1.1: -14
        for (Qos qos : Qos.values()) {
            Connect connect = connect(version, Sample.will("w", qos, true), null, null);
            assertThat(new Taken(connect).flags).isEqualTo(0b0010_0110 | (qos.level() << 3));
        }
        String bytes =
                version == V5
                        ? "10 (0004'MQTT' 05 1E 0000 00 0000 00 0001'w' 0000)"
                        : "10 (0004'MQTT' 04 1E 0000 0000 0001'w' 0000)";
        assertRefused(CLIENT, version, bytes, ReasonCode.MALFORMED_PACKET, "will QoS 3");
    }

    @ParameterizedTest
    @MethodSource("every")
    void a_user_name_is_there_when_its_flag_is_1_and_not_when_it_is_0(Connect connect) {
        Taken taken = new Taken(connect);
        // [MQTT-3.1.2-16] [MQTT-3.1.2-17], 3.1.1: [MQTT-3.1.2-18] [MQTT-3.1.2-19]
        assertThat(taken.has(128)).isEqualTo(connect.userName() != null);
        assertThat(taken.userName).isEqualTo(connect.userName());
        assertThat(taken.left).isZero();
    }

    @ParameterizedTest
    @MethodSource("every")
    void a_password_is_there_when_its_flag_is_1_and_not_when_it_is_0(Connect connect) {
        Taken taken = new Taken(connect);
        // [MQTT-3.1.2-18] [MQTT-3.1.2-19], 3.1.1: [MQTT-3.1.2-20] [MQTT-3.1.2-21]
        assertThat(taken.has(64)).isEqualTo(connect.password() != null);
        assertThat(taken.password)
                .isEqualTo(connect.password() == null ? null : connect.password().asUtf8());
        assertThat(taken.left).isZero();
    }

    @ParameterizedTest
    @MethodSource("every")
    void the_payload_begins_with_the_client_id_and_keeps_its_order(Connect connect) {
        Taken taken = new Taken(connect); // [MQTT-3.1.3-1] [MQTT-3.1.3-3]
        assertThat(taken.clientId).isEqualTo("c");
        assertThat(taken.willTopic).isEqualTo(connect.will() == null ? null : "w");
        assertThat(taken.userName).isEqualTo(connect.userName());
        assertThat(taken.password)
                .isEqualTo(connect.password() == null ? null : connect.password().asUtf8());
        assertThat(taken.left).isZero();
    }

    @Test
    void a_3_1_1_password_needs_a_user_name() { // 3.1.1: [MQTT-3.1.2-22]
        assertUnwritable(V3_1_1, connect(V3_1_1, null, null, "p"), "without a user name");
        assertRefused(
                CLIENT,
                V3_1_1,
                "10 (0004'MQTT' 04 42 0000 0001'c' 0001'p')",
                ReasonCode.PROTOCOL_ERROR,
                "without a user name");
    }

    @Test
    void an_empty_client_id_needs_a_clean_session_in_3_1_1() { // 3.1.1: [MQTT-3.1.3-7]
        var kept = new Connect(V3_1_1, false, 60, "", null, null, null, Connect.Properties.NONE);
        assertUnwritable(V3_1_1, kept, "empty client identifier");
        assertThat(written(V3_1_1, Sample.connect(V3_1_1, ""))).endsWith(2, 0, 60, 0, 0);
    }
}
