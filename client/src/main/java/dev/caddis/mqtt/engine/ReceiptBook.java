package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.session.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What became of each accepted message, by sequence: one bit a message that is not finished, an
/// object only for those that somebody waits for (law 2).
///
/// The owner reports, once a round; any thread asks. Outcomes other than plain success are
/// remembered in runs, the last [#REMEMBERED_RUNS] of them.
final class ReceiptBook {

    static final int REMEMBERED_RUNS = 10_000;

    private static final Outcome SUCCESS = new Outcome.Acknowledged(ReasonCode.SUCCESS, false);

    private static final class Waiter {
        final CompletableFuture<Void> accepted = new CompletableFuture<>();
        final CompletableFuture<Outcome> finished = new CompletableFuture<>();
    }

    /// Messages that were handed in once more, by the sequence of the first.
    private final Map<Long, List<Long>> repeated = new HashMap<>();

    private static final class Run {
        long last;
        final Outcome outcome;

        Run(long last, Outcome outcome) {
            this.last = last;
            this.outcome = outcome;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private final Map<Long, Waiter> waiters = new HashMap<>();
    private final TreeMap<Long, Run> runs = new TreeMap<>();

    private long[] finishedBits = new long[16];
    private final long firstSequence; // of this process
    private long firstOpen;
    private long forgottenUpTo; // below, an outcome that is not in a run is unknown
    private long acceptedUpTo;
    private boolean earlierOpen; // messages of an earlier process are not finished
    private int awaitingProgress;
    private @Nullable RuntimeException closedBecause;
    private long acknowledged; // how many, as the next three
    private long possiblyRepeated;
    private long refused;
    private long dropped;

    // reported by the owner during a round, settled at its end
    private final List<Long> roundSequences = new ArrayList<>();
    private final List<Outcome> roundOutcomes = new ArrayList<>();
    private long roundAccepted;
    private boolean roundEarlierOver;
    private long roundLost;

    ReceiptBook(long firstSequence) {
        this(firstSequence, false);
    }

    /// @param earlierOpen whether messages of an earlier process are not finished, until
    ///   [#earlierOver]
    ReceiptBook(long firstSequence, boolean earlierOpen) {
        this.firstSequence = firstSequence;
        this.earlierOpen = earlierOpen;
        firstOpen = firstSequence;
        acceptedUpTo = firstSequence - 1;
        roundAccepted = acceptedUpTo;
    }

    // ---- the owner's side

    void admitted(long sequence) {
        roundAccepted = sequence;
    }

    void finished(long sequence, Outcome outcome) {
        roundSequences.add(sequence);
        roundOutcomes.add(outcome);
    }

    /// All from `first` to `last` that have no outcome yet get `outcome`. How many messages they
    /// were says [#lost]: of an earlier process not every sequence was given to one.
    void finishedRest(long first, long last, Outcome outcome) {
        finishEarlier(first, Math.min(last, lastEarlier()), outcome);
        for (long sequence = Math.max(first, firstOpen); sequence <= last; sequence++) {
            if (!isFinished(sequence)) {
                finished(sequence, outcome);
            }
        }
    }

    /// So many messages, those of an earlier process included, were damaged in the store.
    void lost(long messages) {
        roundLost += messages;
    }

    /// `sequence` has the outcome of `earlier`, once that has it.
    void repeats(long sequence, long earlier) {
        lock.lock();
        try {
            if (earlier >= firstSequence && isFinished(earlier)) {
                finished(sequence, remembered(earlier).getNow(SUCCESS));
            } else {
                repeated.computeIfAbsent(earlier, s -> new ArrayList<>()).add(sequence);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Nothing more will be said of `sequence`, which belongs to an earlier process.
    void over(long sequence) {
        lock.lock();
        try {
            Waiter waiter = waiters.remove(sequence);
            if (waiter != null) {
                waiter.finished.completeExceptionally(
                        ForgottenOutcomeException.ofEarlierProcess(sequence));
            }
        } finally {
            lock.unlock();
        }
    }

    /// Every message of an earlier process has its outcome.
    void earlierOver() {
        roundEarlierOver = true;
    }

    /// The last sequence that belongs to an earlier process; 0 where none does.
    long lastEarlier() {
        return firstSequence - 1;
    }

    /// Makes what the round reported visible and wakes those who wait for it.
    void settle() {
        if (roundSequences.isEmpty()
                && roundAccepted == acceptedUpTo
                && !roundEarlierOver
                && roundLost == 0) {
            return;
        }
        lock.lock();
        try {
            dropped += roundLost;
            earlierOpen &= !roundEarlierOver;
            long before = acceptedUpTo;
            acceptedUpTo = Math.max(acceptedUpTo, roundAccepted);
            if (!waiters.isEmpty()) {
                acceptWaiters(before);
            }
            for (int i = 0; i < roundSequences.size(); i++) {
                finish(roundSequences.get(i), roundOutcomes.get(i));
            }
            if (awaitingProgress > 0) {
                progress.signalAll();
            }
        } finally {
            lock.unlock();
        }
        roundSequences.clear();
        roundOutcomes.clear();
        roundEarlierOver = false;
        roundLost = 0;
    }

    /// Whoever waits for one of them.
    private void finishEarlier(long first, long last, Outcome outcome) {
        lock.lock();
        try {
            waiters.keySet().stream()
                    .filter(sequence -> sequence >= first && sequence <= last)
                    .forEach(sequence -> finished(sequence, outcome));
        } finally {
            lock.unlock();
        }
    }

    private void acceptWaiters(long before) {
        if (acceptedUpTo - before <= waiters.size()) {
            for (long sequence = before + 1; sequence <= acceptedUpTo; sequence++) {
                Waiter waiter = waiters.get(sequence);
                if (waiter != null) {
                    waiter.accepted.complete(null);
                }
            }
        } else {
            waiters.forEach((sequence, waiter) -> {
                if (sequence <= acceptedUpTo) {
                    waiter.accepted.complete(null);
                }
            });
        }
    }

    private void finish(long sequence, Outcome outcome) {
        switch (outcome) {
            case Outcome.Acknowledged(var reason, boolean twice) -> {
                acknowledged++;
                possiblyRepeated += twice ? 1 : 0;
            }
            case Outcome.Refused refusal -> refused++;
            case Outcome.Dropped drop ->
                    dropped += drop.cause() == DropCause.DAMAGED ? 0 : 1; // see lost
        }
        if (!outcome.equals(SUCCESS)) {
            remember(sequence, outcome);
        }
        if (sequence >= firstOpen) { // else of an earlier process
            if (sequence - firstOpen >= finishedBits.length * 64L) {
                grow(sequence);
            }
            setBit(sequence);
            while (takeBit(firstOpen)) {
                firstOpen++;
            }
        }
        if (!waiters.isEmpty()) {
            Waiter waiter = waiters.remove(sequence);
            if (waiter != null) {
                waiter.accepted.complete(null);
                waiter.finished.complete(outcome);
            }
        }
        List<Long> others = repeated.isEmpty() ? null : repeated.remove(sequence);
        if (others != null) {
            others.forEach(other -> finish(other, outcome));
        }
    }

    /// Whether `sequence` belongs to an earlier process, so that only the session knows of it.
    boolean isEarlier(long sequence) {
        return sequence < firstSequence;
    }

    /// As [#finished], of a message that an earlier process accepted; the session has to be asked
    /// as well.
    CompletableFuture<Outcome> finishedEarlier(long sequence) {
        lock.lock();
        try {
            return closedBecause != null
                    ? CompletableFuture.failedFuture(closedBecause)
                    : waiter(sequence).finished;
        } finally {
            lock.unlock();
        }
    }

    private void remember(long sequence, Outcome outcome) {
        Map.Entry<Long, Run> before = runs.floorEntry(sequence);
        if (before != null
                && before.getValue().last == sequence - 1
                && before.getValue().outcome.equals(outcome)) {
            before.getValue().last = sequence;
            return;
        }
        runs.put(sequence, new Run(sequence, outcome));
        if (runs.size() > REMEMBERED_RUNS) {
            forgottenUpTo = Math.max(forgottenUpTo, runs.pollFirstEntry().getValue().last);
        }
    }

    private void setBit(long sequence) {
        finishedBits[word(sequence)] |= 1L << sequence;
    }

    private boolean takeBit(long sequence) {
        long bit = 1L << sequence;
        int word = word(sequence);
        boolean set = (finishedBits[word] & bit) != 0;
        finishedBits[word] &= ~bit;
        return set;
    }

    private int word(long sequence) {
        return (int) (sequence >>> 6) & (finishedBits.length - 1);
    }

    private void grow(long sequence) {
        long[] old = finishedBits;
        int length = old.length;
        while (sequence - firstOpen >= (length - 1) * 64L) {
            length *= 2;
        }
        finishedBits = new long[length];
        for (long at = firstOpen; at < firstOpen + old.length * 64L; at++) {
            if ((old[(int) (at >>> 6) & (old.length - 1)] & (1L << at)) != 0) {
                setBit(at);
            }
        }
    }

    /// Ends the book: whatever is unfinished stays so, and whoever waits for it gets `because`.
    void close(RuntimeException because) {
        lock.lock();
        try {
            closedBecause = because;
            for (Waiter waiter : waiters.values()) {
                waiter.accepted.completeExceptionally(because);
                waiter.finished.completeExceptionally(because);
            }
            waiters.clear();
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- anybody's side

    /// Completes when the message is accepted. Nothing but a waiting thread or an asynchronous
    /// stage may hang on it: the owner completes it.
    CompletableFuture<Void> accepted(long sequence) {
        lock.lock();
        try {
            if (sequence <= acceptedUpTo || isFinished(sequence)) {
                return CompletableFuture.completedFuture(null);
            }
            return closedBecause != null
                    ? CompletableFuture.failedFuture(closedBecause)
                    : waiter(sequence).accepted;
        } finally {
            lock.unlock();
        }
    }

    /// How many messages had which outcome, those of an earlier process included.
    Outcomes outcomes() {
        lock.lock();
        try {
            return new Outcomes(acknowledged, possiblyRepeated, refused, dropped);
        } finally {
            lock.unlock();
        }
    }

    /// Whether the message is accepted by now.
    boolean isAccepted(long sequence) {
        lock.lock();
        try {
            return sequence <= acceptedUpTo || isFinished(sequence);
        } finally {
            lock.unlock();
        }
    }

    /// Completes with the outcome of the message; the same rule as for [#accepted].
    CompletableFuture<Outcome> finished(long sequence) {
        lock.lock();
        try {
            if (isFinished(sequence)) {
                return remembered(sequence);
            }
            return closedBecause != null
                    ? CompletableFuture.failedFuture(closedBecause)
                    : waiter(sequence).finished;
        } finally {
            lock.unlock();
        }
    }

    private Waiter waiter(long sequence) {
        return waiters.computeIfAbsent(
                sequence,
                s -> {
                    Waiter waiter = new Waiter();
                    if (s <= acceptedUpTo) {
                        waiter.accepted.complete(null);
                    }
                    return waiter;
                });
    }

    private boolean isFinished(long sequence) {
        if (sequence < firstOpen) {
            return true;
        }
        return sequence - firstOpen < finishedBits.length * 64L
                && (finishedBits[word(sequence)] & (1L << sequence)) != 0;
    }

    private CompletableFuture<Outcome> remembered(long sequence) {
        Map.Entry<Long, Run> run = runs.floorEntry(sequence);
        if (run != null && sequence <= run.getValue().last) {
            return CompletableFuture.completedFuture(run.getValue().outcome);
        }
        return sequence <= forgottenUpTo
                ? CompletableFuture.failedFuture(new ForgottenOutcomeException(sequence))
                : CompletableFuture.completedFuture(SUCCESS);
    }

    /// Waits until every message up to `sequence` has its outcome, and every one of an earlier
    /// process.
    ///
    /// @return whether that was so within `nanos`
    boolean awaitFinished(long sequence, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            awaitingProgress++;
            while ((earlierOpen || firstOpen <= sequence) && closedBecause == null && left > 0) {
                left = progress.awaitNanos(left);
            }
            return !earlierOpen && firstOpen > sequence;
        } finally {
            awaitingProgress--;
            lock.unlock();
        }
    }
}
