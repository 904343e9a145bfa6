package dev.caddis.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.caddis.mqtt.packet.Qos;
import dev.caddis.testkit.simulation.DiskSweep.Failed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `./caddis dev simulate --sweep` tears what was not forced in more ways.
class DiskSweepTest {

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void wherever_the_power_goes_or_the_disk_fails_nothing_is_lost_nor_comes_twice(Qos qos) { // F36
        DiskSweep sweep = new DiskSweep(qos, 0);
        Failed failed = sweep.run();
        if (failed != null) {
            fail("%s%s", failed.transcript(), failed.sentence());
        }
        assertThat(sweep.done()).isEqualTo(sweep.count()).isGreaterThan(900);
    }

    @ParameterizedTest
    @ValueSource(strings = {"CUT_AFTER:17:3", "EIO_LOST:2:0", "CUT_BEFORE:9:1:again"})
    void a_blow_is_what_its_text_says(String text) {
        assertThat(Blow.of(text)).hasToString(text);
    }

    @Test
    void an_undisturbed_run_has_no_repeat_and_no_restart() {
        SweptRun.Shown shown = SweptRun.run(Qos.AT_LEAST_ONCE, Blow.NONE, new Transcript(false));
        assertThat(shown.blows()).isZero();
        assertThat(shown.repeats()).isZero();
    }
}
