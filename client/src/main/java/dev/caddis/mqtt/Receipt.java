package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.Engine;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.session.Outcome;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/// The receipt for a message handed in, in two stages: accepted at its level of durability, then
/// acknowledged by the broker. It is a number and a question: a receipt that nobody asks costs
/// nothing.
///
/// A client that gave up connecting ([dev.caddis.mqtt.event.ClientEvent.GaveUp]) keeps what it has
/// accepted: receipts then have no outcome until the client is closed, and fail by that.
///
/// A client that ends fails the receipts that have no outcome, with [ClientClosedException]. With a
/// session folder that does not end their messages: what was accepted is kept, and the next client
/// with the folder sends it; [MqttClient#receipt] asks that one.
///
/// Stages run what hangs on them on virtual threads, never on a thread of the client.
public final class Receipt {

    private static final Executor STAGES =
            task -> Thread.ofVirtual().name("caddis-receipt").start(task);

    private final Engine engine;
    private final long sequence;

    Receipt(Engine engine, long sequence) {
        this.engine = engine;
        this.sequence = sequence;
    }

    /// The message's number in order of acceptance, 1 and up; 0 for a message that the policy
    /// DROP_NEWEST gave up.
    public long sequence() {
        return sequence;
    }

    /// Whether the message is accepted by now. Of messages that one thread handed in, none is
    /// before those ahead of it.
    public boolean isAccepted() {
        return sequence == 0 || engine.isAccepted(sequence);
    }

    /// Completes when the message is accepted.
    ///
    /// @return a stage that completes - normally, once the message is accepted, or its life ended
    ///   some other way (see [#acknowledged]) - with [ClientClosedException] when the client ended
    ///   before
    public CompletionStage<Receipt> accepted() {
        return acceptance()
                .handleAsync(
                        (nothing, failure) -> {
                            throwIf(failure);
                            return this;
                        },
                        STAGES);
    }

    /// Completes when the message has its outcome, exactly once.
    ///
    /// @return a stage that completes - normally, on PUBACK or PUBCOMP, or once a QoS 0 message is
    ///   handed to the network - with [BrokerRefusedException] carrying the broker's reason code
    ///   (0x80 and above) - with [MessageDroppedException] when it was given up on this side - with
    ///   [OutcomeForgottenException] when it was asked for too late - with [ClientClosedException]
    ///   when the client ended before
    public CompletionStage<Acknowledgement> acknowledged() {
        return outcome()
                .handleAsync(
                        (outcome, failure) -> {
                            throwIf(failure);
                            return answer(outcome);
                        },
                        STAGES);
    }

    /// Waits until the message is accepted.
    ///
    /// @return this receipt
    /// @throws IllegalArgumentException when `timeout` is negative
    /// @throws DeadlineException after `timeout`
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public Receipt awaitAccepted(Duration timeout) {
        Duration within = Waiting.bounded(timeout);
        Waiting.on(engine, acceptance(), within, "message " + sequence + " to be accepted");
        return this;
    }

    /// Waits for the message's outcome.
    ///
    /// @throws IllegalArgumentException when `timeout` is negative
    /// @throws BrokerRefusedException as in [#acknowledged]
    /// @throws MessageDroppedException as in [#acknowledged]
    /// @throws OutcomeForgottenException as in [#acknowledged]
    /// @throws DeadlineException after `timeout`; the message is still on its way
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public Acknowledgement awaitAcknowledged(Duration timeout) {
        Duration within = Waiting.bounded(timeout);
        return answer(
                Waiting.on(
                        engine, outcome(), within, "message " + sequence + " to be acknowledged"));
    }

    private CompletableFuture<Void> acceptance() {
        return sequence == 0 ? CompletableFuture.completedFuture(null) : engine.accepted(sequence);
    }

    private CompletableFuture<Outcome> outcome() {
        return sequence == 0
                ? CompletableFuture.completedFuture(
                        new Outcome.Dropped(
                                DropCause.OUTBOX_FULL_NEWEST,
                                "the outbox was full and the policy is to drop the newest"))
                : engine.finished(sequence);
    }

    private static void throwIf(@Nullable Throwable failure) {
        if (failure != null) {
            throw Waiting.translated(failure);
        }
    }

    private Acknowledgement answer(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Acknowledged(var reason, var repeated) ->
                    new Acknowledgement(reason, repeated);
            case Outcome.Refused(var reason) ->
                    throw new BrokerRefusedException(
                            "the broker refused message " + sequence + ": " + reason, reason);
            case Outcome.Dropped(var cause, var why) ->
                    throw new MessageDroppedException(
                            "message " + sequence + " was dropped: " + why, cause);
        };
    }

    @Override
    public String toString() {
        return "Receipt[" + sequence + "]";
    }
}
