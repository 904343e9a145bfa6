package dev.caddis.mqtt.codec;

import static dev.caddis.mqtt.codec.Sender.CLIENT;
import static dev.caddis.mqtt.codec.Sender.SERVER;
import static dev.caddis.mqtt.codec.Wire.hex;
import static dev.caddis.mqtt.codec.Wire.read;
import static dev.caddis.mqtt.codec.Wire.written;
import static dev.caddis.mqtt.packet.ProtocolVersion.V3_1_1;
import static dev.caddis.mqtt.packet.ProtocolVersion.V5;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Stream;

/// The statements about text (1.5.4, 1.5.7 and 4.7.3; 1.5.3 in 3.1.1), for every field of every
/// packet that holds text: what may not be written, and what may not be read.
class StringStatementsTest {

    private static final String ALL = "dev.caddis.mqtt.codec.TextPlace#all";
    private static final String HALVES = "dev.caddis.mqtt.codec.TextPlace#userProperties";
    private static final String NAMES = "dev.caddis.mqtt.codec.TextPlace#topicNames";
    private static final String FILTERS = "dev.caddis.mqtt.codec.TextPlace#topicFilters";

    @ParameterizedTest
    @MethodSource(ALL)
    void half_a_surrogate_pair_is_neither_written_nor_read(TextPlace place) {
        // [MQTT-1.5.4-1], 3.1.1: [MQTT-1.5.3-1]
        for (String half : new String[] {"a\uD800", "\uDFFFa", "\uDC00\uD800"}) {
            assertUnwritable(place, half, "surrogate");
        }
        for (String bytes : new String[] {"EDA080", "EDBFBF", "EDAFBF", "C3283F", "E09FBF"}) {
            assertUnreadable(place, bytes);
        }
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void U_0000_is_neither_written_nor_read(TextPlace place) {
        // [MQTT-1.5.4-2], 3.1.1: [MQTT-1.5.3-2]
        assertUnwritable(place, "a\0", "U+0000");
        assertUnreadable(place, "610061");
        assertUnreadable(place, "616100");
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void a_byte_order_mark_is_a_character_wherever_it_stands(TextPlace place) throws Exception {
        // [MQTT-1.5.4-3], 3.1.1: [MQTT-1.5.3-3]
        assertTravels(place, "\uFEFF");
        assertTravels(place, "\uFEFFa\uFEFF");
    }

    @ParameterizedTest
    @MethodSource(ALL)
    void text_travels_as_UTF_8_behind_its_length(TextPlace place) throws Exception {
        // [MQTT-3.1.3-4] [MQTT-3.1.3-11] [MQTT-3.1.3-12] [MQTT-3.3.2-1] [MQTT-3.3.2-13]
        // [MQTT-3.3.2-19] [MQTT-3.8.3-1] [MQTT-3.10.3-1]; 3.1.1 besides: [MQTT-3.1.3-10]
        assertTravels(place, "zw\u00F6lf\u20AC\uD83D\uDE00");
        assertUnwritable(place, "\uD800", "surrogate");
        assertUnreadable(place, "C3283F");
    }

    @ParameterizedTest
    @MethodSource(HALVES)
    void both_halves_of_a_user_property_are_text(TextPlace place) throws Exception {
        assertTravels(place, "\u20AC"); // [MQTT-1.5.7-1]
        assertUnwritable(place, "a\uD800", "surrogate");
        assertUnwritable(place, "\0", "U+0000");
        assertUnreadable(place, "EDA080");
        assertUnreadable(place, "610061");
    }

    @ParameterizedTest
    @MethodSource({NAMES, FILTERS})
    void topics_and_filters_hold_no_U_0000(TextPlace place) {
        assertUnwritable(place, "a\0", "U+0000"); // [MQTT-4.7.3-2]
        assertUnreadable(place, "006161");
    }

    @ParameterizedTest
    @MethodSource({NAMES, FILTERS})
    void topics_and_filters_take_65535_bytes_and_no_more(TextPlace place) throws Exception {
        assertTravels(place, "\u00E4".repeat(32_767) + "a"); // [MQTT-4.7.3-3]
        assertUnwritable(place, "\u00E4".repeat(32_768), "65536 bytes");
    }

    @Test
    void topics_and_filters_have_at_least_one_character() { // [MQTT-4.7.3-1]
        Stream.concat(TextPlace.topicNames(), TextPlace.topicFilters())
                .forEach(place -> assertUnwritable(place, "", "empty"));
        assertEmpty(SERVER, V5, "30 (0000 00)");
        assertEmpty(SERVER, V5, "32 (0000 0001 00)");
        assertEmpty(SERVER, V3_1_1, "30 (0000)");
        assertEmpty(SERVER, V5, "30 (0001'a' (08 0000))");
        assertEmpty(CLIENT, V5, "82 (0001 00 0000 00)");
        assertEmpty(CLIENT, V3_1_1, "82 (0001 0000 00)");
        assertEmpty(CLIENT, V5, "A2 (0001 00 0000)");
        assertEmpty(CLIENT, V3_1_1, "A2 (0001 0000)");
        assertEmpty(CLIENT, V5, "10 (0004'MQTT' 05 06 0000 00 0000 00 0000 0000)");
        assertEmpty(CLIENT, V3_1_1, "10 (0004'MQTT' 04 06 0000 0000 0000 0000)");
    }

    private static void assertEmpty(Sender sender, ProtocolVersion version, String bytes) {
        Wire.assertRefused(sender, version, bytes, ReasonCode.PROTOCOL_ERROR, "is empty");
    }

    @ParameterizedTest
    @MethodSource(NAMES)
    void no_topic_name_holds_a_wildcard(TextPlace place) {
        // [MQTT-4.7.0-1] [MQTT-3.3.2-2] [MQTT-3.3.2-14], 3.1.1: [MQTT-4.7.1-1] [MQTT-3.3.2-2]
        for (String topic : new String[] {"a/#", "#", "a/+", "+/a"}) {
            assertUnwritable(place, topic, "wildcard");
        }
        for (String bytes : new String[] {"612F23", "232F61", "612F2B", "2B2F61"}) {
            assertRefused(place, withText(place, bytes), ReasonCode.TOPIC_NAME_INVALID);
        }
    }

    private static void assertTravels(TextPlace place, String text) throws Exception {
        byte[] bytes = written(place.version(), place.packet().apply(text));
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of().formatHex(bytes))
                .contains("%04x".formatted(utf8.length) + HexFormat.of().formatHex(utf8));
        assertThat(read(place.sender(), place.version(), bytes))
                .containsExactly(place.packet().apply(text));
    }

    /// Refused by the packet, or at the latest by the writer.
    private static void assertUnwritable(TextPlace place, String text, String says) {
        assertThatThrownBy(() -> written(place.version(), place.packet().apply(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }

    private static void assertUnreadable(TextPlace place, String threeBytes) {
        assertRefused(place, withText(place, threeBytes), ReasonCode.MALFORMED_PACKET);
    }

    /// The packet with these three bytes where the text belongs.
    private static String withText(TextPlace place, String threeBytes) {
        byte[] packet = written(place.version(), place.packet().apply("~~~"));
        return HexFormat.of().formatHex(packet).replace("7e7e7e", threeBytes);
    }

    private static void assertRefused(TextPlace place, String packet, ReasonCode reason) {
        MalformedPacketException refusal =
                catchThrowableOfType(
                        MalformedPacketException.class,
                        () -> read(place.sender(), place.version(), hex(packet)));
        assertThat(refusal).as(packet).isNotNull();
        assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    }
}
