package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;

import org.junit.jupiter.api.Test;

class OneLineTest {

    @Test
    void a_payload_can_break_no_line_and_steer_no_terminal() {
        assertThat(OneLine.payload(Bytes.utf8("a\nb\u001b[2J\u2028")))
                .isEqualTo("a\\nb\\u001b[2J\\u2028");
    }

    @Test
    void a_long_payload_is_shortened_and_one_that_is_no_text_told_by_its_size() {
        assertThat(OneLine.payload(Bytes.utf8("x".repeat(5_000))))
                .hasSizeLessThan(1_100)
                .endsWith("x... (5000 bytes)");
        assertThat(OneLine.payload(Bytes.wrap(new byte[] {(byte) 0xff, 1})))
                .isEqualTo("(2 bytes, not text)");
        assertThat(OneLine.payload(Bytes.EMPTY)).isEqualTo("(empty)");
    }
}
