package dev.caddis.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.caddis.testkit.simulation.Seeds.Failed;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The session keeps its promises over broken links, killed processes, power cuts, failing disks
/// and brokers that forget: `./caddis dev simulate` runs more of them.
class SimulationTest {

    @Test
    void twenty_thousand_worlds_keep_every_promise() throws InterruptedException {
        Failed failed =
                new Seeds(1, 20_000).run(Math.min(2, Runtime.getRuntime().availableProcessors()));
        if (failed != null) {
            fail(
                    "%sseed %d: %s. Again: ./caddis dev simulate --seed %d",
                    failed.transcript(),
                    failed.seed(),
                    failed.failure().getMessage(),
                    failed.seed());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 77, 4_711})
    void a_seed_is_the_same_run_every_time(long seed) {
        Transcript first = new Transcript(true);
        Transcript again = new Transcript(true);
        Simulation.run(seed, first);
        Simulation.run(seed, again);
        assertThat(first.text()).isEqualTo(again.text());
    }
}
