package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// What may be repeated by whoever kills `pub` and feeds it again is bounded.
@Timeout(30)
class AcceptedLinesTest {

    private static final int LINES = 3 * AcceptedLines.UNPRINTED_MAX;
    private static final Duration CLOSE = Duration.ofSeconds(2);

    @Test
    void no_more_lines_are_handed_in_than_may_be_accepted_and_not_printed() throws Exception {
        var reads = new CountDownLatch(1);
        var screen = new Unread(reads);
        var handedIn = new AtomicInteger();
        MqttClient client =
                MqttClient.builder().broker("mqtt://localhost:1").clientId("lines").open();
        try {
            var accepted = new AcceptedLines(new PrintWriter(screen));
            accepted.start();
            Thread feeder =
                    Thread.ofPlatform().start(() -> feed(client, accepted, LINES, handedIn));
            while (feeder.isAlive()
                    && (handedIn.get() < AcceptedLines.UNPRINTED_MAX
                            || feeder.getState() != Thread.State.WAITING)) {
                Thread.onSpinWait();
            }
            assertThat(handedIn).hasValue(AcceptedLines.UNPRINTED_MAX);
            reads.countDown();
            feeder.join();
            assertThat(accepted.finish()).isEqualTo(LINES);
        } finally {
            client.close(CLOSE);
        }
        assertThat(screen)
                .hasToString(
                        IntStream.rangeClosed(1, LINES)
                                .mapToObj(line -> "accepted " + line + "\n")
                                .collect(Collectors.joining()));
    }

    private static void feed(
            MqttClient client, AcceptedLines accepted, int lines, AtomicInteger handedIn) {
        try {
            for (int line = 1; line <= lines; line++) {
                accepted.awaitRoom();
                handedIn.incrementAndGet();
                accepted.add(client.submit(Message.of("t", "x")));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// Takes nothing until it is read.
    private static final class Unread extends StringWriter {
        private final CountDownLatch reads;

        Unread(CountDownLatch reads) {
            this.reads = reads;
        }

        @Override
        public void write(String text, int offset, int length) {
            try {
                reads.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            super.write(text, offset, length);
        }
    }
}
