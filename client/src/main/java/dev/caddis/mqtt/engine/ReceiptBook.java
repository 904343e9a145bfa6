package dev.caddis.mqtt.engine;

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
    private long firstOpen;
    private long forgottenUpTo; // below, an outcome that is not in a run is unknown
    private long acceptedUpTo;
    private int awaitingProgress;
    private @Nullable RuntimeException closedBecause;

    // reported by the owner during a round, settled at its end
    private final List<Long> roundSequences = new ArrayList<>();
    private final List<Outcome> roundOutcomes = new ArrayList<>();
    private long roundAccepted;

    ReceiptBook(long firstSequence) {
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

    /// Makes what the round reported visible and wakes those who wait for it.
    void settle() {
        if (roundSequences.isEmpty() && roundAccepted == acceptedUpTo) {
            return;
        }
        lock.lock();
        try {
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
        if (!outcome.equals(SUCCESS)) {
            remember(sequence, outcome);
        }
        if (sequence - firstOpen >= finishedBits.length * 64L) {
            grow(sequence);
        }
        setBit(sequence);
        while (takeBit(firstOpen)) {
            firstOpen++;
        }
        if (!waiters.isEmpty()) {
            Waiter waiter = waiters.remove(sequence);
            if (waiter != null) {
                waiter.accepted.complete(null);
                waiter.finished.complete(outcome);
            }
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

    /// Waits until every message up to `sequence` has its outcome.
    ///
    /// @return whether that was so within `nanos`
    boolean awaitFinished(long sequence, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            awaitingProgress++;
            while (firstOpen <= sequence && closedBecause == null && left > 0) {
                left = progress.awaitNanos(left);
            }
            return firstOpen > sequence;
        } finally {
            awaitingProgress--;
            lock.unlock();
        }
    }
}
