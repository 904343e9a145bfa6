package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

class InterruptionTest {

    private final AtomicInteger givenUp = new AtomicInteger();

    @Test
    void who_waits_is_woken_and_the_process_is_held_until_the_demo_has_ended() throws Exception {
        Thread signal;
        try (var interruption = new Interruption(Duration.ofMinutes(1), givenUp::incrementAndGet)) {
            interruption.check();
            var woken = new CountDownLatch(1);
            interruption.whenAsked(woken::countDown);
            signal = Thread.ofVirtual().start(interruption::interrupted);
            woken.await();
            assertThat(interruption.asked()).isTrue();
            assertThatThrownBy(interruption::check).isInstanceOf(InterruptedException.class);
            assertThat(signal.isAlive()).isTrue();
        }
        signal.join();
        assertThat(givenUp).hasValue(0);
    }

    @Test
    void what_begins_to_wait_too_late_is_woken_at_once() {
        try (var interruption = new Interruption(Duration.ZERO, givenUp::incrementAndGet)) {
            interruption.interrupted();
            var woken = new AtomicInteger();
            interruption.whenAsked(woken::incrementAndGet);
            assertThat(woken).hasValue(1);
        }
    }

    @Test
    void a_demo_that_does_not_end_is_given_up() {
        try (var interruption = new Interruption(Duration.ZERO, givenUp::incrementAndGet)) {
            interruption.interrupted();
            assertThat(givenUp).hasValue(1);
        }
    }
}
