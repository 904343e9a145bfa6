package dev.caddis.systemtests.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

final class ThreadsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void virtual_threads_that_wait_are_seen_as_platform_threads_are() throws Exception {
        var end = new CountDownLatch(1);
        Thread virtual = Thread.ofVirtual().name("left-virtual").start(() -> await(end));
        Thread platform = Thread.ofPlatform().name("left-platform").start(() -> await(end));
        try {
            assertThat(Threads.left("left-", folder, Duration.ZERO))
                    .containsExactlyInAnyOrder("left-virtual", "left-platform");
        } finally {
            end.countDown();
        }
        virtual.join();
        platform.join();
        assertThat(Threads.named("left-", folder)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void what_is_about_to_end_is_waited_for() throws Exception {
        var end = new CountDownLatch(1);
        Thread ending = Thread.ofVirtual().name("soon-over").start(() -> await(end));
        assertThat(Threads.named("soon-", folder)).containsExactly("soon-over");
        Thread.ofVirtual().start(end::countDown);
        assertThat(Threads.left("soon-", folder, LONG)).isEmpty();
        ending.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
