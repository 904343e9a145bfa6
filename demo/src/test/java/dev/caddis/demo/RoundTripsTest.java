package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripsTest {

    private final RoundTrips trips = new RoundTrips();

    @Test
    void the_longest_is_remembered_for_ever_and_the_median_is_that_of_the_newest() {
        assertThat(trips).hasToString("no round trip");
        trips.add(900_000_000);
        assertThat(trips)
                .hasToString(
                        "round trip 900.0 ms (median), 900.0 ms (longest, while the broker was"
                                + " away)");
        for (int i = 0; i < 5_000; i++) {
            trips.add(i < 4_000 ? 5_000_000 : 2_000_000);
        }
        assertThat(trips.count()).isEqualTo(5_001);
        assertThat(trips)
                .hasToString(
                        "round trip 2.0 ms (median of the last 1000), 900.0 ms (longest, while the"
                                + " broker was away)");
    }
}
