package dev.caddis.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CorpusTest {

    @Test
    void what_the_fuzzer_has_kept_breaks_no_law() {
        var laws = new CodecLaws();
        for (byte[] input : Corpus.inputs()) {
            CodecFuzz.check(laws, input);
        }
        assertThat(laws.accepted).isGreaterThan(100);
        assertThat(laws.refused).isGreaterThan(100);
    }
}
