package dev.caddis.mqtt.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Whatever arrives, the reader gives packets or refuses, and keeps no more than it may. The seed
/// is fixed: a failure repeats. `./caddis dev fuzz` goes on from other seeds, for longer.
class HostileBytesTest {

    private static final int INPUTS = 50_000;

    @Test
    void bytes_that_come_close_to_packets_are_read_or_refused_and_nothing_else_happens() {
        var run = new HostileRun(0x0ddba11);
        for (long number = 0; number < INPUTS; number++) {
            run.input(number);
        }
        assertThat(run.accepted()).isGreaterThan(INPUTS / 4);
        assertThat(run.refused()).isGreaterThan(INPUTS / 4);
    }
}
