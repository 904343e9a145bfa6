package dev.caddis.mqtt.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

class BatchesTest {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    @Test
    void everything_is_done_in_order_by_one_thread_at_a_time() throws InterruptedException {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        Batches<Integer> batches = new Batches<>("test", done::add);
        for (int i = 0; i < 100_000; i++) {
            batches.add(i);
        }
        batches.awaitIdle(MINUTE);
        assertThat(done).isEqualTo(IntStream.range(0, 100_000).boxed().toList());
    }

    @Test
    void adding_does_not_wait_for_the_worker() throws InterruptedException {
        CountDownLatch stuck = new CountDownLatch(1);
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        Batches<Integer> batches =
                new Batches<>(
                        "test",
                        work -> {
                            awaitQuietly(stuck);
                            done.add(work);
                        });
        for (int i = 0; i < 1_000; i++) {
            batches.add(i);
        }
        batches.awaitIdle(1); // gives up
        assertThat(done).isEmpty();
        stuck.countDown();
        batches.awaitIdle(MINUTE);
        assertThat(done).hasSize(1_000);
    }

    @Test
    void what_the_worker_adds_is_done_too() throws InterruptedException {
        List<Integer> done = Collections.synchronizedList(new ArrayList<>());
        AtomicReference<Batches<Integer>> self = new AtomicReference<>();
        self.set(
                new Batches<>(
                        "test",
                        work -> {
                            done.add(work);
                            if (work < 100) {
                                self.get().add(work + 1);
                            }
                        }));
        self.get().add(0);
        self.get().awaitIdle(MINUTE);
        assertThat(done).hasSize(101);
    }

    @Test
    void idle_at_once_where_nothing_was_added() throws InterruptedException {
        new Batches<Integer>("test", work -> {}).awaitIdle(Long.MAX_VALUE);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            Patiently.await(latch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
