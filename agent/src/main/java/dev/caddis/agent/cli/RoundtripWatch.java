package dev.caddis.agent.cli;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// What one client of `caddis roundtrip` tells: up to its first connection, and until that ends.
final class RoundtripWatch implements Consumer<ClientEvent> {

    private final RoundtripReport report;
    private final LongSupplier nanoTime;
    private final CompletableFuture<Qos> granted = new CompletableFuture<>();
    private final CompletableFuture<Qos> over = new CompletableFuture<>(); // fails, or never ends
    private volatile @Nullable ProtocolVersion version;
    private long begunAt; // of the step in progress; the thread that tells the events alone

    RoundtripWatch(RoundtripReport report, LongSupplier nanoTime) {
        this.report = report;
        this.nanoTime = nanoTime;
        this.begunAt = nanoTime.getAsLong();
    }

    /// Completes when the broker grants the filter; with [FailedException] when it refused it to
    /// the last retry.
    CompletableFuture<Qos> granted() {
        return granted;
    }

    /// Fails when nothing more can come of this client: with [ConnectionLostException], or with
    /// [FailedException].
    CompletableFuture<?> over() {
        return over;
    }

    /// Whether the connection speaks 3.1.1, which cannot say that a message is refused.
    boolean speaks311() {
        return version == ProtocolVersion.V3_1_1;
    }

    void end(Throwable why) {
        over.completeExceptionally(why);
    }

    /// @throws ConnectionLostException when that was why it ended
    /// @throws FailedException when it failed
    void requireGoingOn() throws ConnectionLostException {
        if (over.isDone()) {
            throw told(new ExecutionException(over.exceptionNow()));
        }
    }

    /// What to throw for the failure of one of these futures.
    ///
    /// @throws FailedException when it is that
    static ConnectionLostException told(ExecutionException ended) {
        return switch (ended.getCause()) {
            case ConnectionLostException lost -> lost;
            case FailedException failed -> throw failed;
            case null, default -> throw new IllegalStateException(ended);
        };
    }

    @Override
    public void accept(ClientEvent event) {
        if (over.isDone()) {
            return; // the client connects again by itself until it is closed, which is due
        }
        switch (event) {
            case ClientEvent.Connected connected -> {
                version = connected.version();
                report.connected(took(), connected);
            }
            case ClientEvent.ConnectFailed(int attempt, ConnectionFailure reason) ->
                    report.connectFailed(attempt, reason.sentence());
            case ClientEvent.RetryingIn retrying -> report.retrying(retrying.delay());
            case ClientEvent.VersionFallback fallback -> report.falling(fallback.version());
            case ClientEvent.Disconnected(ConnectionFailure reason) ->
                    end(new ConnectionLostException(reason.sentence()));
            case ClientEvent.GaveUp(int attempts, ConnectionFailure last) ->
                    end(
                            new FailedException(
                                    "no connection after "
                                            + attempts
                                            + " attempts; the last failed since "
                                            + last.sentence(),
                                    null));
            case ClientEvent.Subscribed(String filter, Qos qos) -> {
                report.subscribed(took(), filter, qos);
                granted.complete(qos);
            }
            case ClientEvent.SubscriptionRefused(
                            String filter,
                            ReasonCode reason,
                            boolean retrying) -> {
                report.subscribeRefused(reason, retrying);
                notGranted(filter, retrying, reason.toString());
            }
            case ClientEvent.SubscriptionUnanswered(String filter, boolean retrying) -> {
                report.subscribeUnanswered(retrying);
                notGranted(filter, retrying, "it did not answer");
            }
            case ClientEvent.Failed _ -> end(new FailedException(ClientEnd.SENTENCE, null));
            default -> {}
        }
    }

    private void notGranted(String filter, boolean retrying, String why) {
        if (!retrying) {
            granted.completeExceptionally(
                    new FailedException(
                            "the broker granted no subscription to "
                                    + filter
                                    + ", asked for to the last retry: "
                                    + why
                                    + "; may this client read that topic? --topic names another",
                            null));
        }
    }

    private long took() {
        long now = nanoTime.getAsLong();
        long took = now - begunAt;
        begunAt = now;
        return took;
    }
}
