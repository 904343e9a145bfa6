package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.hex;
import static dev.caddis.mqtt.codec.Wire.read;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Auth;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;

import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/// The statements about reason codes: each packet carries those of its own table, whichever of all
/// 256 bytes arrives and whichever code is to be written.
class ReasonStatementsTest {

    private static final String OF_PUBACK = "00 10 80 83 87 90 91 97 99";
    private static final String OF_PUBREL = "00 92";

    /// The table of 3.14.2.1, and 0x8C of section 2.4.
    private static final String OF_DISCONNECT =
            "00 80 81 82 83 87 89 8B 8C 8D 8E 8F 90 93 94 95 96 97 98 99 9A 9B 9C 9D 9E 9F A0 A1"
                    + " A2";

    @Test
    void PUBACK_has_the_reasons_of_its_table() { // [MQTT-3.4.2-1]
        assertThat(readable("40 03 0001 %02X", SERVER)).isEqualTo(OF_PUBACK);
        assertThat(writable(reason -> new Puback(1, reason))).isEqualTo(OF_PUBACK);
    }

    @Test
    void PUBREC_has_the_reasons_of_its_table() { // [MQTT-3.5.2-1]
        assertThat(readable("50 03 0001 %02X", SERVER)).isEqualTo(OF_PUBACK);
        assertThat(writable(reason -> new Pubrec(1, reason))).isEqualTo(OF_PUBACK);
    }

    @Test
    void PUBREL_has_the_reasons_of_its_table() { // [MQTT-3.6.2-1]
        assertThat(readable("62 03 0001 %02X", SERVER)).isEqualTo(OF_PUBREL);
        assertThat(writable(reason -> new Pubrel(1, reason))).isEqualTo(OF_PUBREL);
    }

    @Test
    void PUBCOMP_has_the_reasons_of_its_table() { // [MQTT-3.7.2-1]
        assertThat(readable("70 03 0001 %02X", SERVER)).isEqualTo(OF_PUBREL);
        assertThat(writable(reason -> new Pubcomp(1, reason))).isEqualTo(OF_PUBREL);
    }

    @Test
    void DISCONNECT_has_the_reasons_of_its_table() { // [MQTT-3.14.2-1]
        String ofClient = OF_DISCONNECT.replace("00 80", "00 04 80");
        assertThat(readable("E0 01 %02X", SERVER)).isEqualTo(OF_DISCONNECT);
        assertThat(readable("E0 01 %02X", CLIENT)).isEqualTo(ofClient);
        assertThat(writable(Disconnect::new)).isEqualTo(ofClient);
    }

    @Test
    void AUTH_has_the_reasons_of_its_table() { // [MQTT-3.15.2-1]
        assertThat(readable("F0 06 %02X 04 15 0001'm'", SERVER)).isEqualTo("00 18");
        assertThat(readable("F0 06 %02X 04 15 0001'm'", CLIENT)).isEqualTo("18 19");
        assertThat(writable(reason -> new Auth(reason, "m", null, null, List.of())))
                .isEqualTo("00 18 19");
    }

    private static String readable(String packet, Sender sender) {
        var read = new TreeSet<String>();
        for (int value = 0; value < 256; value++) {
            try {
                read(sender, V5, hex(packet.formatted(value)));
                read.add("%02X".formatted(value));
            } catch (MalformedPacketException refused) {
                assertThat(refused.reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            }
        }
        return String.join(" ", read);
    }

    private static String writable(Function<ReasonCode, Packet> packet) {
        var written = new TreeSet<String>();
        for (ReasonCode reason : ReasonCode.values()) {
            try {
                String bytes =
                        HexFormat.of().withUpperCase().formatHex(written(V5, packet.apply(reason)));
                String value = "%02X".formatted(reason.value());
                assertThat(bytes).matches(reason.value() == 0 ? ".*" : ".*" + value + ".*");
                written.add(value);
            } catch (EncodingException refused) {
                assertThat(refused).hasMessageContaining("lists no");
            }
        }
        return String.join(" ", written);
    }
}
