package dev.caddis.mqtt.session;

import org.junit.jupiter.api.Test;

import java.util.stream.LongStream;

/// Thousands of lives of a session, each from a seed; the seed stands in what fails.
class WorldTest {

    private static final int LIVES = 1_000;

    @Test
    void what_is_accepted_arrives_however_often_the_network_breaks() {
        LongStream.range(0, LIVES)
                .forEach(seed -> {
                    World world = new World(seed, false);
                    check(seed, world);
                });
    }

    @Test
    void what_is_accepted_arrives_however_often_the_process_dies() { // F01, F02, F06, F08
        LongStream.range(0, LIVES)
                .forEach(seed -> {
                    World world = new World(seed, true);
                    check(seed, world);
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
