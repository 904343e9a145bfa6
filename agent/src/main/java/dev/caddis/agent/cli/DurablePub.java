package dev.caddis.agent.cli;

import dev.caddis.agent.Tally;
import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttException;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// What `pub` does with a session folder: each line is accepted once it is durable, and what has no
/// acknowledgement in time stays in the folder for the next run.
///
/// It holds nothing for a message that waits: there may be millions.
final class DurablePub {

    private static final Duration LOOK = Duration.ofMillis(250);

    private final MqttClient client;
    private final Path folder;
    private final AcceptedLines accepted;
    private final Progress progress;
    private final BooleanSupplier stopped;
    private final long before;
    private long published;

    /// @param stopped whether the client was ended from elsewhere
    DurablePub(
            MqttClient client,
            Path folder,
            PrintWriter out,
            Progress progress,
            BooleanSupplier stopped) {
        this.client = client;
        this.folder = folder;
        this.accepted = new AcceptedLines(out);
        this.progress = progress;
        this.stopped = stopped;
        this.before = waiting();
    }

    /// Messages in the folder that wait for their acknowledgement.
    long waiting() {
        ClientStatus now = client.status();
        return now.outboxMessages() + now.openExchanges();
    }

    /// Of these, those that an earlier run left.
    long before() {
        return before;
    }

    /// Publishes what `lines` gives, until `null`, and returns when all of it is accepted.
    ///
    /// @throws MqttException when there was no room in time, or the client ended
    void publishAll(Lines lines, Function<byte[], Message> message)
            throws IOException, InterruptedException {
        accepted.start();
        try {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                accepted.awaitRoom();
                accepted.add(client.submit(message.apply(line)));
            }
        } finally {
            published = accepted.finish();
        }
    }

    /// Where the lines come from.
    @FunctionalInterface
    interface Lines {
        byte @Nullable [] next() throws IOException;
    }

    /// Waits until the broker has acknowledged all that is in the folder, as long as that goes on.
    ///
    /// @param patience how long nothing may be acknowledged
    /// @return whether all was
    boolean awaitAcknowledged(Duration patience) {
        long least = waiting();
        long since = System.nanoTime();
        boolean done = client.awaitAcknowledged(LOOK);
        while (!done && !stopped.getAsBoolean()) {
            long left = waiting();
            long now = System.nanoTime();
            if (left < least) {
                least = left;
                since = now;
            } else if (now - since > patience.toNanos()) {
                break;
            }
            progress.show(left);
            done = client.awaitAcknowledged(LOOK);
        }
        progress.end();
        return done;
    }

    /// What was done, once the client is closed.
    Tally.Counts counts() {
        return Tally.Counts.of(before, published, client.counts(), waiting());
    }

    /// What to do about messages that are left.
    ///
    /// @param patience as in [#awaitAcknowledged]
    String left(long open, Duration patience) {
        return "nothing was acknowledged for "
                + Durations.text(patience)
                + "; "
                + kept(open)
                + ", send "
                + (open == 1 ? "it" : "them")
                + " with: caddis pub --drain --session "
                + folder;
    }

    /// That messages are not lost.
    String kept(long open) {
        return open == 1
                ? "1 message is kept in " + folder
                : open + " messages are kept in " + folder;
    }
}
