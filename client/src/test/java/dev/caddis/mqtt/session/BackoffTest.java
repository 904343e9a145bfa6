package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

class BackoffTest {

    private static final long SECOND = 1_000_000_000L;

    private static Backoff backoff(int attempts) {
        return new Backoff(
                new BackoffSettings(Duration.ofSeconds(1), Duration.ofSeconds(10), attempts));
    }

    @Test
    void each_delay_is_within_its_window_and_windows_double_up_to_the_bound() { // F24
        long[] windows = {1, 2, 4, 8, 10, 10, 10};
        for (long seed = 0; seed < 500; seed++) {
            Backoff backoff = backoff(0);
            Jitter jitter = new Jitter(seed);
            for (long window : windows) {
                assertThat(backoff.nextNanos(jitter)).isBetween(0L, window * SECOND);
            }
        }
    }

    @Test
    void the_first_delay_is_spread_over_its_whole_window() { // F24: a fleet must not come at once
        List<Integer> tenths = new ArrayList<>(Collections.nCopies(10, 0));
        for (long seed = 0; seed < 10_000; seed++) {
            long delay = backoff(0).nextNanos(new Jitter(seed));
            int tenth = (int) Math.min(9, delay / (SECOND / 10));
            tenths.set(tenth, tenths.get(tenth) + 1);
        }
        assertThat(tenths).allSatisfy(count -> assertThat(count).isBetween(850, 1150));
    }

    @Test
    void a_late_delay_is_spread_over_its_whole_window() {
        int low = 0;
        for (long seed = 0; seed < 1_000; seed++) {
            Backoff backoff = backoff(0);
            Jitter jitter = new Jitter(seed);
            for (int i = 0; i < 6; i++) {
                backoff.nextNanos(jitter);
            }
            low += backoff.nextNanos(jitter) < 5 * SECOND ? 1 : 0;
        }
        assertThat(low).isBetween(430, 570);
    }

    @Test
    void two_backoffs_share_nothing() { // F26
        Backoff failing = backoff(0);
        Jitter jitter = new Jitter(1);
        for (int i = 0; i < 10; i++) {
            failing.nextNanos(jitter);
        }
        assertThat(backoff(0).nextNanos(jitter)).isBetween(0L, SECOND);
    }

    @Test
    void attempts_are_counted_and_exhausted_at_the_limit() {
        Backoff backoff = backoff(3);
        Jitter jitter = new Jitter(1);
        backoff.nextNanos(jitter);
        backoff.nextNanos(jitter);
        assertThat(backoff.exhausted()).isFalse();
        backoff.nextNanos(jitter);
        assertThat(backoff.exhausted()).isTrue();
        assertThat(backoff.failures()).isEqualTo(3);
    }

    @Test
    void without_a_limit_it_is_never_exhausted() { // F28
        Backoff backoff = backoff(0);
        Jitter jitter = new Jitter(1);
        for (int i = 0; i < 10_000; i++) {
            backoff.nextNanos(jitter);
        }
        assertThat(backoff.exhausted()).isFalse();
    }

    @Test
    void slowing_down_widens_the_window_and_counts_no_attempt() {
        Backoff backoff = backoff(5);
        backoff.slowDown();
        assertThat(backoff.failures()).isZero();
        assertThat(backoff.exhausted()).isFalse();
        long longest = 0;
        for (long seed = 0; seed < 200; seed++) {
            Backoff slow = backoff(0);
            slow.slowDown();
            longest = Math.max(longest, slow.nextNanos(new Jitter(seed)));
        }
        assertThat(longest).isBetween(8 * SECOND, 10 * SECOND);
    }

    @Test
    void a_reset_begins_with_the_first_window_again() {
        Backoff backoff = backoff(2);
        Jitter jitter = new Jitter(1);
        backoff.slowDown();
        backoff.nextNanos(jitter);
        backoff.nextNanos(jitter);
        backoff.reset();
        assertThat(backoff.exhausted()).isFalse();
        assertThat(backoff.nextNanos(jitter)).isBetween(0L, SECOND);
    }

    @Test
    void settings_outside_their_bounds_are_refused() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new BackoffSettings(Duration.ZERO, second, 0))
                .hasMessageContaining("must be positive");
        assertThatThrownBy(() -> new BackoffSettings(second, Duration.ofMillis(1), 0))
                .hasMessageContaining("below min");
        assertThatThrownBy(() -> new BackoffSettings(second, second, -1))
                .hasMessageContaining("0 is no limit");
    }
}
