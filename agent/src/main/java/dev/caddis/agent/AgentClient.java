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

    /// Of [#close]: on a disk that hangs, opening may last for ever.
    private static final Duration OPENED = Duration.ofSeconds(5);

    /// Opens a client that tells its events to the consumer.
    interface Opener {
        /// @throws OpenException when it cannot be opened
        MqttClient open(Consumer<ClientEvent> listener);
    }

    /// Waits before the next attempt.
    @FunctionalInterface
    interface Pause {
        /// @return whether to go on, since nobody has closed the client
        boolean await(Duration pause) throws InterruptedException;
    }

    private final Consumer<ClientEvent> listener;
    private final Pause pauses;
    private final Duration opened;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean reopening; // written under the lock, as the next one
    private volatile boolean replacing;
    private boolean opening; // under the lock, as the next six
    private boolean closed;
    private boolean left; // closed, and nobody waits any more
    private Opener opener;
    private MessageCounts earlier = new MessageCounts(0, 0, 0, 0); // of the clients before
    private TrafficCounts earlierTraffic = new TrafficCounts(0, 0, 0);
    private long openedAt;
    private Duration nextPause = PAUSE_MIN;
    private volatile MqttClient client;

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
        this.opener = opener;
        this.opened = opened;
        this.listener = listener;
        this.pauses = pauses == null ? this::awaitClosed : pauses;
        this.openedAt = System.nanoTime();
        this.opening = true;
        try {
            this.client = opener.open(this::onEvent);
        } finally {
            opened();
        }
    }

    /// The client is here: an event of it that takes another one waits for that.
    private void opened() {
        lock.lock();
        try {
            opening = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Hands a message in.
    ///
    /// @throws dev.caddis.mqtt.MqttException when it was not taken: the outbox is full and the
    ///   policy says so, or the client is closed
    /// @throws IllegalStateException when the session folder has failed and is not open again
    Receipt submit(Message message) {
        MqttClient asked = client;
        try {
            return asked.submit(message);
        } catch (ClientClosedException e) {
            if (awaitReplaced(asked)) {
                return client.submit(message);
            }
            if (reopening) {
                throw new IllegalStateException(
                        "the session folder has failed and is not open again", e);
            }
            throw e;
        }
    }

    /// @return whether another client has taken the place of `asked`
    private boolean awaitReplaced(MqttClient asked) {
        lock.lock();
        try {
            long wait = REPLACED.toNanos();
            while ((replacing || opening) && wait > 0) {
                wait = changed.awaitNanos(wait);
            }
            return client != asked;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
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
        lock.lock();
        try {
            if (closed || reopening) {
                throw new IllegalStateException(
                        closed
                                ? "the agent ends"
                                : "the session folder has failed and is not open again; try again"
                                        + " once it is");
            }
            replacing = true;
        } finally {
            lock.unlock();
        }
        try {
            client.close(LEAVES); // without the lock: its events are told until it has ended
            openOther(next);
        } finally {
            replaced();
        }
    }

    private void openOther(Opener next) {
        try {
            open(next);
            openNextBy(next);
        } catch (RuntimeException unusable) {
            openAsBefore(unusable);
            throw unusable;
        }
    }

    private void replaced() {
        lock.lock();
        try {
            replacing = false;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void openAsBefore(RuntimeException unusable) {
        try {
            open(opener());
        } catch (RuntimeException failure) {
            unusable.addSuppressed(failure);
            lock.lock();
            try {
                reopening = true;
            } finally {
                lock.unlock();
            }
            Thread.ofPlatform().daemon().name("caddis-reopen").start(this::reopen);
        }
    }

    /// From now on another client, if one is needed, is opened by `next`.
    void openNextBy(Opener next) {
        lock.lock();
        try {
            opener = next;
        } finally {
            lock.unlock();
        }
    }

    /// As [MqttClient#subscribe].
    void subscribe(String filter, Qos qos, MessageHandler handler) {
        client.subscribe(filter, qos, handler);
    }

    ClientStatus status() {
        return client.status();
    }

    void unsubscribe(String filter, Duration timeout) {
        client.unsubscribe(filter, timeout);
    }

    /// As [MqttClient#purgeOutbox].
    long purgeOutbox(Duration timeout) {
        return client.purgeOutbox(timeout);
    }

    /// Of all clients so far.
    MessageCounts counts() {
        lock.lock();
        try {
            return sum(earlier, client.counts());
        } finally {
            lock.unlock();
        }
    }

    /// Of all clients so far.
    TrafficCounts traffic() {
        lock.lock();
        try {
            return sum(earlierTraffic, client.traffic());
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
            while ((reopening || replacing || opening) && wait > 0) {
                wait = changed.awaitNanos(wait);
            }
            left = reopening || replacing || opening;
        } catch (InterruptedException e) {
            left = true;
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        client.close(timeout);
    }

    private void onEvent(ClientEvent event) {
        listener.accept(event);
        if (event instanceof ClientEvent.Failed failed && failed.kept()) {
            lock.lock();
            try {
                while (opening) {
                    changed.awaitUninterruptibly();
                }
                if (closed || replacing) { // another client follows anyway
                    return;
                }
                reopening = true;
                if (System.nanoTime() - openedAt > PAUSE_MAX.toNanos()) {
                    nextPause = PAUSE_MIN; // it was well for long enough
                }
            } finally {
                lock.unlock();
            }
            Thread.ofPlatform().daemon().name("caddis-reopen").start(this::reopen);
        }
    }

    private void reopen() {
        try {
            client.close(Duration.ZERO); // until then the folder is locked
            while (pause()) {
                if (openAnother()) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.lock();
            try {
                reopening = false;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
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

    private boolean openAnother() {
        try {
            open(opener());
            LOG.info("the session folder is open again");
            return true;
        } catch (OpenException e) {
            LOG.warn("{}", OneLine.text(String.valueOf(e.getMessage())));
            return false;
        } catch (RuntimeException | OutOfMemoryError e) { // the next attempt may do better
            LOG.warn("the session folder cannot be opened", e);
            return false;
        }
    }

    private Opener opener() {
        lock.lock();
        try {
            return opener;
        } finally {
            lock.unlock();
        }
    }

    /// Without the lock: a disk may let us wait.
    private void open(Opener with) {
        lock.lock();
        try {
            opening = true;
        } finally {
            lock.unlock();
        }
        try {
            use(with.open(this::onEvent));
        } finally {
            opened();
        }
    }

    private void use(MqttClient next) {
        boolean late;
        lock.lock();
        try {
            late = left;
            earlier = sum(earlier, client.counts());
            earlierTraffic = sum(earlierTraffic, client.traffic());
            client = next;
            openedAt = System.nanoTime();
            replacing = false; // before an event of the new client is heard
        } finally {
            lock.unlock();
        }
        if (late) {
            next.close(Duration.ZERO);
        }
    }
}
