package dev.caddis.agent.cli;

import dev.caddis.agent.EventNarrator;
import dev.caddis.agent.EventNarrator.Line;
import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.event.ClientEvent;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Shows a person how the connection stands, and lets a command wait for it.
final class ConnectionWatch implements Consumer<ClientEvent> {

    private final PrintWriter err;
    private final EventNarrator narrator = new EventNarrator(); // events are told one by one
    private final CountDownLatch connected = new CountDownLatch(1);
    private boolean talkative;

    /// @param talkative whether good news are shown before there was trouble
    ConnectionWatch(PrintWriter err, boolean talkative) {
        this.err = err;
        this.talkative = talkative;
    }

    @Override
    public void accept(ClientEvent event) {
        if (isForGood(event)) {
            return; // it ends the command, whose last sentence says so
        }
        for (Line line : narrator.tell(event)) {
            talkative |= line.level().compareTo(Line.Level.TROUBLE) >= 0;
            if (talkative && line.level() != Line.Level.DETAIL) {
                err.println("caddis: " + line.text());
            }
        }
        err.flush();
        if (event instanceof ClientEvent.Connected) {
            connected.countDown();
        }
    }

    private static boolean isForGood(ClientEvent event) {
        return switch (event) {
            case ClientEvent.SubscriptionRefused refused -> !refused.retrying();
            case ClientEvent.SubscriptionUnanswered silence -> !silence.retrying();
            default -> false;
        };
    }

    /// Waits for the first connection.
    ///
    /// @throws FailedException when there was none within `timeout`; why was shown before
    void awaitConnected(Duration timeout) throws InterruptedException {
        if (!connected.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
            throw noConnection(timeout);
        }
    }

    /// The command is about to close its client; what it ends itself is no news.
    void closing() {
        narrator.closing();
    }

    boolean wasConnected() {
        return connected.getCount() == 0;
    }

    static FailedException noConnection(Duration timeout) {
        return new FailedException(
                "no connection within " + Durations.text(timeout) + "; gave up", null);
    }
}
