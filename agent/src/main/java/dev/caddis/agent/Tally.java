package dev.caddis.agent;

import dev.caddis.mqtt.Acknowledgement;
import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.MessageCounts;
import dev.caddis.mqtt.MessageDroppedException;
import dev.caddis.mqtt.Receipt;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Counts what becomes of published messages. Any thread may use it.
public final class Tally {

    /// The counts at one moment.
    ///
    /// @param before left by an earlier process with the same session folder
    /// @param published handed to the client
    /// @param acknowledged by the broker; at QoS 0: given to the network
    /// @param repeated of these, those that the broker may have got twice
    /// @param refused by the broker
    /// @param dropped on this side
    /// @param unfinished neither of these
    public record Counts(
            long before,
            long published,
            long acknowledged,
            long repeated,
            long refused,
            long dropped,
            long unfinished) {

        /// How `published` messages stand, of which the client says `counts`.
        ///
        /// @param unfinished in the outbox and in open exchanges
        public static Counts of(
                long before, long published, MessageCounts counts, long unfinished) {
            return new Counts(
                    before,
                    published,
                    counts.acknowledged(),
                    counts.possiblyRepeated(),
                    counts.refused(),
                    counts.dropped(),
                    unfinished);
        }

        /// Whether everything was acknowledged.
        public boolean allAcknowledged() {
            return refused == 0 && dropped == 0 && unfinished == 0;
        }

        /// `published 5, acknowledged 4, dropped 1`: what is zero is left out after the first two.
        @Override
        public String toString() {
            return (before == 0 ? "" : "left from before " + before + ", ")
                    + "published "
                    + published
                    + ", acknowledged "
                    + acknowledged
                    + unlessZero(", possibly repeated ", repeated)
                    + unlessZero(", refused ", refused)
                    + ", dropped "
                    + dropped
                    + unlessZero(", not acknowledged ", unfinished);
        }

        private static String unlessZero(String what, long count) {
            return count == 0 ? "" : what + count;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition settled = lock.newCondition();
    private long published;
    private long acknowledged;
    private long repeated;
    private long refused;
    private long dropped;
    private long abandoned;
    private @Nullable Throwable firstFailure;

    /// Counts the message of `receipt` now, and its outcome when it comes.
    public void add(Receipt receipt) {
        lock.lock();
        try {
            published++;
        } finally {
            lock.unlock();
        }
        var _ = receipt.acknowledged().whenComplete(this::settle);
    }

    public Counts counts() {
        lock.lock();
        try {
            long open = published - acknowledged - refused - dropped;
            return new Counts(0, published, acknowledged, repeated, refused, dropped, open);
        } finally {
            lock.unlock();
        }
    }

    /// Why the first message that failed did.
    public @Nullable Throwable firstFailure() {
        lock.lock();
        try {
            return firstFailure;
        } finally {
            lock.unlock();
        }
    }

    /// Waits until every message has its outcome, the client's end included.
    ///
    /// @return whether that was so within `timeout`
    public boolean awaitSettled(Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (acknowledged + refused + dropped + abandoned < published) {
                if (left <= 0) {
                    return false;
                }
                left = settled.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void settle(@Nullable Acknowledgement answer, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        lock.lock();
        try {
            switch (cause) {
                case null -> {
                    acknowledged++;
                    repeated += answer != null && answer.possiblyRepeated() ? 1 : 0;
                }
                case BrokerRefusedException _ -> refused++;
                case MessageDroppedException _ -> dropped++;
                default -> abandoned++; // the client was closed before
            }
            if (cause != null && firstFailure == null) {
                firstFailure = cause;
            }
            settled.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
