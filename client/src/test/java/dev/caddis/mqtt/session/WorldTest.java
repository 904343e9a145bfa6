package dev.caddis.mqtt.session;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

import java.util.stream.LongStream;

/// Thousands of lives of a session, each from a seed; the seed stands in what fails.
///
/// Half of the seeds are always the same, half are new in every run: what one of those finds is
/// mended and its seed kept as an example here.
class WorldTest {

    private static final int LIVES = 500;

    @Property(tries = LIVES, shrinking = ShrinkingMode.OFF)
    void what_is_accepted_arrives_however_often_the_network_breaks(@ForAll long seed) {
        check(seed, new World(seed, false));
    }

    @Property(tries = LIVES, shrinking = ShrinkingMode.OFF)
    void what_is_accepted_arrives_however_often_the_process_dies( // F01, F02, F06, F08
            @ForAll long seed) {
        check(seed, new World(seed, true));
    }

    @Example
    void what_is_accepted_arrives_in_the_lives_that_are_always_tried() {
        LongStream.range(0, LIVES)
                .forEach(seed -> {
                    check(seed, new World(seed, false));
                    check(seed, new World(seed, true));
                });
    }

    private static void check(long seed, World world) {
        try {
            world.play();
            world.requireAllAcceptedArrived();
            world.requireOrder();
            world.requireAllPublishedHandled();
            world.requireThatReplayGivesTheSameState();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
