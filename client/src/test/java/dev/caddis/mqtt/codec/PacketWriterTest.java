package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Wire.assertUnwritable;
import static dev.caddis.mqtt.codec.Wire.hex;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.UserProperty;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

class PacketWriterTest {

    @Test
    void packets_are_appended_and_the_sink_grows() {
        var writer = new PacketWriter(V5);
        var sink = new ByteSink(0);
        writer.write(new Pingreq(), sink);
        writer.write(new Puback(1, ReasonCode.SUCCESS), sink);
        writer.write(Sample.publish("a", "x", Qos.AT_MOST_ONCE, 0), sink);
        assertThat(Arrays.copyOf(sink.array(), sink.length()))
                .isEqualTo(hex("C0 00  40 02 0001  30 05 0001'a' 00 'x'"));
        sink.clear();
        assertThat(sink.length()).isZero();
        writer.write(new Pingreq(), sink);
        assertThat(sink.length()).isEqualTo(2);
    }

    @Test
    void a_refused_packet_leaves_no_byte_behind_those_before_it() {
        var writer = new PacketWriter(V3_1_1);
        var sink = new ByteSink(0);
        writer.write(new Pingreq(), sink);
        assertThatThrownBy(() -> writer.write(Sample.AUTH, sink))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "AUTH cannot be written: enhanced authentication cannot travel in MQTT"
                                + " 3.1.1; leave it out or connect with MQTT 5");
        assertThat(sink.length()).isEqualTo(2);
    }

    @Test
    void the_largest_packet_is_measured_and_one_byte_more_is_refused() {
        var publish = publish(new byte[268_435_455 - 3]); // MQTT 5 adds a property length
        assertThat(new PacketWriter(V3_1_1).sizeOf(publish)).isEqualTo(268_435_460);
        assertUnwritable(V5, publish, "268435456 bytes");
    }

    @Test
    void properties_that_add_up_to_more_than_a_packet_holds_are_refused() {
        String text = "x".repeat(65_535);
        List<UserProperty> many =
                Collections.nCopies(2100, new UserProperty(text, text)); // 275 MB, one string
        var properties =
                new Publish.Properties(false, null, null, null, null, many, List.of(), null);
        assertUnwritable(V5, Sample.publish("a", properties), "its properties take");
        assertUnwritable(
                V5, new Puback(1, ReasonCode.SUCCESS, null, many), "property length is 275");
    }

    private static Publish publish(byte[] payload) {
        return new Publish(
                "a",
                Bytes.wrap(payload),
                Qos.AT_MOST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }
}
