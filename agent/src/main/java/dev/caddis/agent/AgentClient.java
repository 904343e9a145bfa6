package dev.caddis.agent;

import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.ClientClosedException;
import dev.caddis.mqtt.ClientStatus;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageCounts;
import dev.caddis.mqtt.MessageHandler;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.TrafficCounts;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// The agent's client. Where its session folder fails, or another connection is wanted, another
/// takes its place, opened with the same folder: recovery finds what the first had accepted. The
/// agent never gives up (law 6).
///
/// Any thread may use it.
final class AgentClient {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    private static final Duration PAUSE_MIN = Duration.ofSeconds(1);
    private static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    /// How long a client that is replaced may take to say "offline" and to leave.
    private static final Duration LEAVES = Duration.ofSeconds(1);

    /// How long a message waits for the client that replaces another.
    private static final Duration REPLACED = Duration.ofSeconds(30);

    private static final String FOLDER_FAILED =
            "the session folder has failed and is not open again";

    /// Of [#close]: on a disk that hangs, opening may last for ever.
    private static final Duration OPENED = Duration.ofSeconds(5);

    /// Opens a client.
    interface Opener {
        /// @param before the client whose place it takes, which is closed; `null`: it is the first
        /// @param listener is told its events
        /// @throws OpenException when it cannot be opened
        MqttClient open(@Nullable MqttClient before, Consumer<ClientEvent> listener);
    }

    /// Waits before the next attempt.
    @FunctionalInterface
    interface Pause {
        /// @return whether to go on, since nobody has closed the client
        boolean await(Duration pause) throws InterruptedException;
    }

    /// What is done to have another client; one thread at a time does it.
    private enum Work {
        NONE,
        PAUSING,
        OPENING
    }

    /// Hears one client.
    private final class Ears implements Consumer<ClientEvent> {
        private boolean failed; // under the lock

        @Override
        public void accept(ClientEvent event) {
            listener.accept(event);
            if (event instanceof ClientEvent.Failed failure && failure.kept()) {
                onFailed(this);
            }
        }
    }

    private record Opened(MqttClient client, Opener by, Ears ears) {}

    private final Consumer<ClientEvent> listener;
    private final Pause pauses;
    private final Duration opened;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private Work work = Work.OPENING; // under the lock, as the next eight
    private boolean closed;
    private boolean left; // closed, and nobody waits any more
    private Opener wanted;
    private MessageCounts earlier = new MessageCounts(0, 0, 0, 0); // of the clients before
    private TrafficCounts earlierTraffic = new TrafficCounts(0, 0, 0);
    private long openedAt;
    private Duration nextPause = PAUSE_MIN;
    private volatile Opened now; // written under the lock

    /// Opens the first client.
    ///
    /// @throws OpenException when that cannot be done: then nothing runs
    AgentClient(Opener opener, Consumer<ClientEvent> listener) {
        this(opener, listener, null, OPENED);
    }

    /// @param pauses `null`: of this machine
    /// @param opened how long closing waits beyond its time for a client that is being opened
    AgentClient(
            Opener opener,
            Consumer<ClientEvent> listener,
            @Nullable Pause pauses,
            Duration opened) {
        this.wanted = opener;
        this.opened = opened;
        this.listener = listener;
        this.pauses = pauses == null ? this::awaitClosed : pauses;
        this.openedAt = System.nanoTime();
        var ears = new Ears();
        this.now = new Opened(opener.open(null, ears), opener, ears);
        done();
    }

    /// Hands a message in.
    ///
    /// @throws dev.caddis.mqtt.MqttException when it was not taken: the outbox is full and the
    ///   policy says so, or the client is closed
    /// @throws IllegalStateException when the session folder has failed and is not open again
    Receipt submit(Message message) {
        MqttClient asked = now.client;
        try {
            return asked.submit(message);
        } catch (ClientClosedException e) {
            Opened next = awaitReplaced();
            if (next == null) {
                throw new IllegalStateException(FOLDER_FAILED, e);
            }
            if (next.client == asked) {
                throw e;
            }
            return next.client.submit(message);
        }
    }

    /// @return the client that is to be used; `null`: the session folder has failed and is not open
    ///   again
    private @Nullable Opened awaitReplaced() {
        lock.lock();
        try {
            long wait = REPLACED.toNanos();
            while (work == Work.OPENING && wait > 0) {
                wait = changed.awaitNanos(wait);
            }
            return work == Work.PAUSING ? null : now;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return now;
        } finally {
            lock.unlock();
        }
    }

    /// Whether there is a client to hand messages to, or one is about to be opened: else none will
    /// ever be again.
    boolean lives() {
        lock.lock();
        try {
            return closed || work != Work.NONE || !now.ears.failed;
        } finally {
            lock.unlock();
        }
    }

    /// Closes the client and opens another one with `next`; what was accepted and is not
    /// acknowledged is in the session folder, where the other one finds it. Messages that are
    /// handed in meanwhile wait.
    ///
    /// @throws OpenException when the other one cannot be opened; then there is one as before
    /// @throws IllegalStateException when nothing was done: the session folder has failed and is
    ///   not open again, or the client is closed
    void replace(Opener next) {
        beginReplacing();
        try {
            now.client.close(LEAVES); // without the lock: its events are told until it has ended
            openOther(next);
        } finally {
            done();
        }
    }

    private void beginReplacing() {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the agent ends");
            }
            if (work != Work.NONE) {
                throw new IllegalStateException(FOLDER_FAILED + "; try again once it is");
            }
            work = Work.OPENING;
        } finally {
            lock.unlock();
        }
    }

    private void openOther(Opener next) {
        try {
            open(next);
            openNextBy(next);
        } catch (RuntimeException | OutOfMemoryError unusable) {
            openAsBefore(unusable);
            throw unusable;
        }
    }

    private void openAsBefore(Throwable unusable) {
        try {
            open(wanted());
        } catch (RuntimeException | OutOfMemoryError failure) {
            unusable.addSuppressed(failure);
            onFailed(now.ears);
        }
    }

    /// What was at work is done, unless the client has failed meanwhile.
    private void done() {
        lock.lock();
        try {
            work = Work.NONE;
            changed.signalAll();
            reopenIfFailed();
        } finally {
            lock.unlock();
        }
    }

    private void onFailed(Ears of) {
        lock.lock();
        try {
            of.failed = true;
            if (work == Work.NONE) {
                reopenIfFailed();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Under the lock, with nobody at work.
    private void reopenIfFailed() {
        if (closed || !now.ears.failed) {
            return;
        }
        if (System.nanoTime() - openedAt > PAUSE_MAX.toNanos()) {
            nextPause = PAUSE_MIN; // it was well for long enough
        }
        Thread.ofPlatform().daemon().name("caddis-reopen").start(this::reopen);
        work = Work.PAUSING; // not where no thread can be had: see lives()
    }

    /// From now on another client, if one is needed, is opened by `next`.
    void openNextBy(Opener next) {
        lock.lock();
        try {
            wanted = next;
        } finally {
            lock.unlock();
        }
    }

    /// As [MqttClient#subscribe].
    void subscribe(String filter, Qos qos, MessageHandler handler) {
        now.client.subscribe(filter, qos, handler);
    }

    ClientStatus status() {
        return now.client.status();
    }

    void unsubscribe(String filter, Duration timeout) {
        now.client.unsubscribe(filter, timeout);
    }

    /// As [MqttClient#purgeOutbox].
    long purgeOutbox(Duration timeout) {
        return now.client.purgeOutbox(timeout);
    }

    /// Of all clients so far.
    MessageCounts counts() {
        lock.lock();
        try {
            return sum(earlier, now.client.counts());
        } finally {
            lock.unlock();
        }
    }

    /// Of all clients so far.
    TrafficCounts traffic() {
        lock.lock();
        try {
            return sum(earlierTraffic, now.client.traffic());
        } finally {
            lock.unlock();
        }
    }

    private static TrafficCounts sum(TrafficCounts one, TrafficCounts other) {
        return new TrafficCounts(
                one.sentBytes() + other.sentBytes(),
                one.receivedBytes() + other.receivedBytes(),
                one.journalBytes() + other.journalBytes());
    }

    private static MessageCounts sum(MessageCounts one, MessageCounts other) {
        return new MessageCounts(
                one.acknowledged() + other.acknowledged(),
                one.possiblyRepeated() + other.possiblyRepeated(),
                one.refused() + other.refused(),
                one.dropped() + other.dropped());
    }

    /// Ends it; as [MqttClient#close(Duration)]. A client that is being opened and does not get
    /// there in time is left behind.
    void close(Duration timeout) {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
            long wait = timeout.plus(opened).toNanos();
            while (work != Work.NONE && wait > 0) {
                wait = changed.awaitNanos(wait);
            }
            left = work != Work.NONE;
        } catch (InterruptedException e) {
            left = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        now.client.close(timeout);
    }

    private void reopen() {
        try {
            while (!isAsWanted()) {
                if (!hasFailed()) { // it was opened while something else came to be wanted
                    enter(Work.OPENING);
                    openAnother(LEAVES);
                    continue;
                }
                enter(Work.PAUSING);
                if (pause()) {
                    enter(Work.OPENING);
                    openAnother(Duration.ZERO);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            done();
        }
    }

    private void enter(Work next) {
        lock.lock();
        try {
            work = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Whether no other client is to be opened.
    private boolean isAsWanted() {
        lock.lock();
        try {
            return closed || (!now.ears.failed && now.by.equals(wanted));
        } finally {
            lock.unlock();
        }
    }

    /// @return whether to go on
    private boolean pause() throws InterruptedException {
        Duration pause;
        lock.lock();
        try {
            pause = nextPause;
            nextPause = nextPause.multipliedBy(2);
            if (nextPause.compareTo(PAUSE_MAX) > 0) {
                nextPause = PAUSE_MAX;
            }
        } finally {
            lock.unlock();
        }
        LOG.warn(
                "opening the session folder again in {}; until then readings are not accepted",
                Durations.text(pause));
        return pauses.await(pause);
    }

    private boolean awaitClosed(Duration pause) throws InterruptedException {
        long wait = pause.toNanos();
        lock.lock();
        try {
            while (!closed && wait > 0) {
                wait = changed.awaitNanos(wait);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean hasFailed() {
        lock.lock();
        try {
            return now.ears.failed;
        } finally {
            lock.unlock();
        }
    }

    /// @param leaves what the one before has to end in, which has the folder until then
    private void openAnother(Duration leaves) {
        try {
            now.client.close(leaves);
            open(wanted());
            LOG.info("the session folder is open again");
        } catch (OpenException e) {
            LOG.warn("{}", OneLine.text(String.valueOf(e.getMessage())));
            noneIsOpen();
        } catch (RuntimeException | OutOfMemoryError e) { // the next attempt may do better
            LOG.warn("the session folder cannot be opened", e);
            noneIsOpen();
        }
    }

    private void noneIsOpen() {
        lock.lock();
        try {
            now.ears.failed = true;
        } finally {
            lock.unlock();
        }
    }

    private Opener wanted() {
        lock.lock();
        try {
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    /// Without the lock: a disk may let us wait.
    private void open(Opener by) {
        var ears = new Ears();
        MqttClient next = by.open(now.client, ears);
        boolean late;
        lock.lock();
        try {
            late = left;
            earlier = sum(earlier, now.client.counts());
            earlierTraffic = sum(earlierTraffic, now.client.traffic());
            now = new Opened(next, by, ears);
            openedAt = System.nanoTime();
        } finally {
            lock.unlock();
        }
        if (late) {
            next.close(Duration.ZERO);
        }
    }
}
