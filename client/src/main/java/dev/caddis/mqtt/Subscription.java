package dev.caddis.mqtt;

import dev.caddis.mqtt.engine.Engine;
import dev.caddis.mqtt.engine.FilterBook;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/// A filter that the client wants, on this connection and every later one, until [#unsubscribe].
public final class Subscription {

    private final Engine engine;
    private final Owners owners;
    private final Owners.Owner owner;
    private final String filter;
    private final CompletableFuture<FilterBook.Answer> answer;

    /// @param owner has the filter until the subscription ends
    Subscription(
            Engine engine,
            Owners owners,
            Owners.Owner owner,
            String filter,
            CompletableFuture<FilterBook.Answer> answer) {
        this.engine = engine;
        this.owners = owners;
        this.owner = owner;
        this.filter = filter;
        this.answer = answer;
    }

    public String filter() {
        return filter;
    }

    /// Waits for the broker's first answer.
    ///
    /// @return the quality of service granted
    /// @throws IllegalArgumentException when `timeout` is negative
    /// @throws BrokerRefusedException when the broker refused the filter to the last retry; the
    ///   client asks again on the next connection
    /// @throws DeadlineException after `timeout`, or when the broker left every retry unanswered;
    ///   the filter is still wanted
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public Qos awaitGranted(Duration timeout) {
        Duration within = Waiting.bounded(timeout);
        return switch (Waiting.on(engine, answer, within, "the answer to SUBSCRIBE " + filter)) {
            case FilterBook.Answer.Granted(Qos qos) -> qos;
            case FilterBook.Answer.Refused(var reason) ->
                    throw new BrokerRefusedException(
                            "the broker refused the filter " + filter + ": " + reason, reason);
            case FilterBook.Answer.Unanswered silence ->
                    throw new DeadlineException(
                            "the broker answered no SUBSCRIBE of "
                                    + filter
                                    + "; it is asked again on the next connection");
            case FilterBook.Answer.Ended ended ->
                    throw new ClientClosedException(filter + " was unsubscribed", null);
        };
    }

    /// Whether the broker's first answer was to grant it.
    boolean wasGranted() {
        return answer.isDone()
                && !answer.isCompletedExceptionally()
                && answer.join() instanceof FilterBook.Answer.Granted;
    }

    /// Runs `action` on `executor` with the broker's first answer, or with why there is none. Never
    /// on the thread of the session.
    void whenAnswered(
            BiConsumer<? super FilterBook.@Nullable Answer, ? super @Nullable Throwable> action,
            Executor executor) {
        var unused = answer.whenCompleteAsync(action, executor);
    }

    /// Ends the subscription; its handler gets what is still under way until the broker confirms.
    /// Nothing happens where it had ended and a publisher or a requester has the filter since.
    public void unsubscribe() {
        var unused = ended();
    }

    private CompletableFuture<FilterBook.Answer> ended() {
        return owners.release(filter, owner, () -> engine.unsubscribed(filter));
    }

    /// As [#unsubscribe], and waits for the broker's confirmation.
    ///
    /// @throws IllegalArgumentException when `timeout` is negative; then nothing is done
    /// @throws BrokerRefusedException when the broker refused to the last retry. The filter is
    ///   unwanted all the same, and asked about again on the next connection; until then its
    ///   handler gets what the broker still sends
    /// @throws DeadlineException after `timeout`, or when the broker left every retry unanswered;
    ///   the filter is unwanted all the same, as above
    /// @throws ClientClosedException when the client ended before
    /// @throws ClientInterruptedException when interrupted
    public void unsubscribe(Duration timeout) {
        Duration within = Waiting.bounded(timeout);
        awaitEnd(engine, filter, ended(), within);
    }

    static void awaitEnd(
            Engine engine,
            String filter,
            CompletableFuture<FilterBook.Answer> answer,
            Duration within) {
        switch (Waiting.on(engine, answer, within, "the answer to UNSUBSCRIBE " + filter)) {
            case FilterBook.Answer.Refused(var reason) ->
                    throw new BrokerRefusedException(
                            "the broker refused to end the filter " + filter + ": " + reason,
                            reason);
            case FilterBook.Answer.Unanswered silence ->
                    throw new DeadlineException(
                            "the broker answered no UNSUBSCRIBE of "
                                    + filter
                                    + "; it is asked again on the next connection");
            case FilterBook.Answer.Ended ended -> {}
            case FilterBook.Answer.Granted again -> {} // no answer to UNSUBSCRIBE
        }
    }
}
