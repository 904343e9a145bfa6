package dev.caddis.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import oshi.hardware.CentralProcessor.TickType;

import java.io.IOException;
import java.time.Duration;

class CpuSourceTest {

    private final FakeClock clock = new FakeClock();
    private final long[] ticks = new long[TickType.values().length];
    private final CpuSource cpu = new CpuSource(this::advance, () -> 4, clock.clocks());
    private long busyStep = 300;

    @Test
    void load_is_the_share_of_time_not_idle_between_two_samples() throws IOException {
        assertThat(cpu.measure("load").value()).isEqualTo(0.3);

        busyStep = 900;
        clock.pass(Duration.ofSeconds(10));

        assertThat(cpu.measure("load").value()).isEqualTo(0.5625);
        assertThat(cpu.measure("count").value()).isEqualTo(4);
    }

    @Test
    void readers_within_a_second_get_the_same_load() throws IOException {
        Object first = cpu.measure("load").value();
        busyStep = 900;
        clock.pass(Duration.ofMillis(999));

        assertThat(cpu.measure("load").value()).isEqualTo(first);
    }

    @Test
    void counters_that_stand_still_are_a_failed_reading_and_no_load() {
        CpuSource dead = new CpuSource(() -> new long[8], () -> 1, clock.clocks());

        assertThatThrownBy(() -> dead.measure("load")).hasMessageContaining("did not move");
    }

    /// Each sample: 700 idle (waiting for a disk included), and `busyStep` at work.
    private long[] advance() {
        ticks[TickType.IDLE.getIndex()] += 600;
        ticks[TickType.IOWAIT.getIndex()] += 100;
        ticks[TickType.USER.getIndex()] += busyStep;
        return ticks.clone();
    }
}
