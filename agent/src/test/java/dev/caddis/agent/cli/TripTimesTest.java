package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TripTimesTest {

    private final TripTimes times = new TripTimes();

    @Test
    void without_a_time_there_is_no_summary() {
        assertThat(times.summary()).isNull();
    }

    @Test
    void the_median_is_the_one_in_the_middle_or_the_mean_of_the_two() {
        times.add(30);
        times.add(10);
        times.add(11);
        assertThat(times.summary()).isEqualTo(new TripTimes.Summary(10, 11, 30));
        times.add(21);
        assertThat(times.summary()).isEqualTo(new TripTimes.Summary(10, 16, 30));
    }

    @Test
    void after_10_000_times_the_median_is_that_of_the_last_and_the_extremes_are_of_all() {
        times.add(1_000_000);
        for (int i = 0; i < 10_000; i++) {
            times.add(7);
        }
        times.add(1);
        assertThat(times.summary()).isEqualTo(new TripTimes.Summary(1, 7, 1_000_000));
        assertThat(times.count()).isEqualTo(10_002);
    }
}
