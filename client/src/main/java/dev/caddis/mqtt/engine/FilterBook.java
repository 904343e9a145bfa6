package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/// Who waits for the broker's answer to which filter.
public final class FilterBook {

    /// The broker's answer to the latest wish for a filter.
    public sealed interface Answer {
        /// It serves the filter, at this quality of service at most.
        record Granted(Qos qos) implements Answer {}

        /// It refused to serve the filter, or to stop serving it, the last time too.
        record Refused(ReasonCode reason) implements Answer {}

        /// It gave none, the last time neither.
        record Unanswered() implements Answer {}

        /// It no longer serves the filter.
        record Ended() implements Answer {}
    }

    private final Map<String, CompletableFuture<Answer>> waiting = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Answer>> ending = new ConcurrentHashMap<>();
    private volatile @Nullable RuntimeException closedBecause;

    /// The answer to SUBSCRIBE. Nobody waits for the end of the filter any more: it is wanted
    /// again.
    CompletableFuture<Answer> expect(String filter) {
        CompletableFuture<Answer> answer = in(waiting, filter);
        CompletableFuture<Answer> overtaken = ending.remove(filter);
        if (overtaken != null) {
            overtaken.complete(new Answer.Ended());
        }
        return answer;
    }

    /// The end of the filter, which no answer to an earlier SUBSCRIBE is.
    CompletableFuture<Answer> expectEnd(String filter) {
        return in(ending, filter);
    }

    private CompletableFuture<Answer> in(
            Map<String, CompletableFuture<Answer>> book, String filter) {
        CompletableFuture<Answer> answer =
                book.compute(
                        filter,
                        (key, old) ->
                                old == null || old.isDone() ? new CompletableFuture<>() : old);
        RuntimeException closed = closedBecause;
        if (closed != null) {
            answer.completeExceptionally(closed);
        }
        return answer;
    }

    /// The broker goes on serving a filter that is no longer wanted.
    ///
    /// @param reason `null`: it gave no answer
    void kept(String filter, @Nullable ReasonCode reason) {
        CompletableFuture<Answer> waiter = waiting.remove(filter);
        if (waiter != null) {
            waiter.complete(new Answer.Ended());
        }
        CompletableFuture<Answer> ended = ending.remove(filter);
        if (ended != null) {
            ended.complete(reason == null ? new Answer.Unanswered() : new Answer.Refused(reason));
        }
    }

    void answer(String filter, Answer answer) {
        CompletableFuture<Answer> waiter = waiting.remove(filter);
        if (waiter != null) {
            waiter.complete(answer);
        }
        CompletableFuture<Answer> ended =
                answer instanceof Answer.Ended ? ending.remove(filter) : null;
        if (ended != null) {
            ended.complete(answer);
        }
    }

    void close(RuntimeException because) {
        closedBecause = because;
        waiting.values().forEach(waiter -> waiter.completeExceptionally(because));
        waiting.clear();
        ending.values().forEach(waiter -> waiter.completeExceptionally(because));
        ending.clear();
    }
}
