package dev.caddis.agent.status;

import dev.caddis.agent.source.Clocks;
import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageDroppedException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.DropCause;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/// Keeps what is told about the agent, the newest of it and the counts. Everything is bounded; what
/// does not fit is counted without a name.
///
/// Any thread may tell it something, and any may look. Each change has a revision, so that who
/// looks again gets the changes only.
public final class StatusBoard {

    /// Topics beyond these are not shown: a configuration has fewer.
    private static final int TOPICS_MAX = 500;

    /// Receipts whose outcome is waited for at a time.
    private static final int WATCHED_MAX = 10_000;

    private static final int EVENTS = 50;
    private static final int OUTBOX_POINTS = 120;
    private static final Duration OUTBOX_EVERY = Duration.ofSeconds(5);

    /// A line about what happened.
    record Told(Instant at, String level, String text) {}

    /// How many messages waited at an instant.
    record Depth(Instant at, long waiting) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Supplier<Figures> figures;
    private final Clocks clocks;
    private final Instant startedAt;

    // Everything below is used under the lock.
    private About about;
    private final SequencedMap<String, TopicView> topics = new LinkedHashMap<>();
    private final SequencedMap<String, FilterView> filters = new LinkedHashMap<>();
    private final Ring<Told> events = new Ring<>(EVENTS);
    private final Ring<Depth> depths = new Ring<>(OUTBOX_POINTS);
    private final Map<DropCause, Long> drops = new EnumMap<>(DropCause.class);
    private final Map<ConnectionFailure.Kind, Long> failedAttempts =
            new EnumMap<>(ConnectionFailure.Kind.class);
    private final RoundTrips roundTrips = new RoundTrips();
    private ConnectionView connection;
    private long connections;
    private long sessionsLost;
    private long takeovers;
    private final SequencedMap<Receipt, Instant> watched = new LinkedHashMap<>(); // not finished
    private long depthAtNanos;
    private @Nullable Figures lastFigures;
    private long revision = 1;
    private boolean closed;

    /// @param figures asked without the lock, at each look
    public StatusBoard(About about, Supplier<Figures> figures, Clocks clocks) {
        this.about = about;
        this.figures = figures;
        this.clocks = clocks;
        this.startedAt = clocks.instants().instant();
        this.depthAtNanos = clocks.nanoTime().getAsLong() - OUTBOX_EVERY.toNanos();
        this.connection = ConnectionView.none(about.broker(), startedAt);
        about.filters().forEach(filter -> filters.put(filter, new FilterView(filter)));
    }

    /// The configuration is another one now. What is known of a subscription that is still there
    /// stays.
    public void configured(About next) {
        change(() -> {
            about = next;
            filters.keySet().retainAll(Set.copyOf(next.filters()));
            next.filters().forEach(filter -> filters.computeIfAbsent(filter, FilterView::new));
        });
    }

    /// Something happened to the connection or to messages.
    public void onEvent(ClientEvent event) {
        Instant now = clocks.instants().instant();
        change(() -> {
            connection = connection.after(event, now);
            switch (event) {
                case ClientEvent.Connected _ -> connections++;
                case ClientEvent.ConnectFailed(int _, var reason) ->
                        failedAttempts.merge(reason.kind(), 1L, Long::sum);
                case ClientEvent.SessionLost _ -> sessionsLost++;
                case ClientEvent.SessionTakenOver _ -> takeovers++;
                case ClientEvent.Dropped(DropCause cause, long count, long _) ->
                        drops.merge(cause, count, Long::sum);
                case ClientEvent.Subscribed(String filter, var granted) ->
                        state(filter, "granted, QoS " + granted.level());
                case ClientEvent.SubscriptionRefused(String filter, var reason, boolean _) ->
                        state(filter, "refused: " + reason);
                case ClientEvent.SubscriptionUnanswered(String filter, boolean _) ->
                        state(filter, "not answered");
                default -> {}
            }
        });
    }

    private void state(String filter, String state) {
        FilterView view = filters.get(filter);
        if (view != null) {
            view.state(state, revision);
        }
    }

    /// A line that the log has as well.
    ///
    /// @param level `news`, `trouble` or `failure`
    /// @param text fit to be shown
    public void onLine(String level, String text) {
        Instant now = clocks.instants().instant();
        change(() -> events.add(new Told(now, level, text)));
    }

    /// `message` was handed to the client.
    public void onPublish(Message message, Receipt receipt) {
        Instant now = clocks.instants().instant();
        long nanos = clocks.nanoTime().getAsLong();
        boolean[] watch = new boolean[2];
        change(() -> {
            TopicView view = topics.get(message.topic());
            if (view == null && topics.size() < TOPICS_MAX) {
                view = new TopicView(message.topic());
                topics.put(message.topic(), view);
            }
            if (view == null) {
                return;
            }
            view.published(message.payload(), now, revision);
            watch[0] = watched.size() < WATCHED_MAX;
            watch[1] = connection.connected();
            if (watch[0]) {
                watched.put(receipt, now);
            } else {
                view.settled(Outcome.UNTOLD, revision);
            }
        });
        if (watch[0]) {
            var _ =
                    receipt.acknowledged()
                            .whenComplete((_, failure) -> {
                                Outcome outcome = outcome(failure);
                                boolean timed = watch[1] && outcome == Outcome.ACKNOWLEDGED;
                                settled(receipt, message.topic(), outcome, timed ? nanos : null);
                            });
        }
    }

    private static Outcome outcome(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return switch (cause) {
            case null -> Outcome.ACKNOWLEDGED;
            case BrokerRefusedException _ -> Outcome.REFUSED;
            case MessageDroppedException _ -> Outcome.DROPPED;
            default -> Outcome.UNTOLD;
        };
    }

    private void settled(
            Receipt receipt, String topic, Outcome outcome, @Nullable Long begunNanos) {
        long nanos = clocks.nanoTime().getAsLong();
        change(() -> {
            watched.remove(receipt);
            TopicView view = topics.get(topic);
            if (view != null) {
                view.settled(outcome, revision);
            }
            if (begunNanos != null) {
                roundTrips.add(Duration.ofNanos(nanos - begunNanos));
            }
        });
    }

    /// A message arrived for the subscription to `filter`.
    ///
    /// @param topic fit to be shown, as `text`
    public void onMessage(String filter, String topic, String text) {
        Instant now = clocks.instants().instant();
        change(() -> {
            FilterView view = filters.get(filter);
            if (view != null) {
                view.arrived(new FilterView.Arrived(now, topic, text), revision);
            }
        });
    }

    /// Looks at the outbox; about once a second.
    void tick() {
        Figures now = figures.get();
        Instant instant = clocks.instants().instant();
        long nanos = clocks.nanoTime().getAsLong();
        lock.lock();
        try {
            boolean due = nanos - depthAtNanos >= OUTBOX_EVERY.toNanos();
            if (due) {
                depthAtNanos = nanos;
                depths.add(new Depth(instant, now.outboxMessages() + now.openExchanges()));
            }
            if (due || !now.equals(lastFigures)) {
                lastFigures = now;
                revision++;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            revision++;
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits for a revision beyond `known`, `timeout` at most.
    ///
    /// @return whether somebody still wants an answer: false once the board is closed
    boolean awaitChange(long known, Duration timeout) throws InterruptedException {
        long left = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closed && revision <= known && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Waits, whatever happens meanwhile.
    ///
    /// @return false once the board is closed
    boolean pause(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lockInterruptibly();
        try {
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Everything as one JSON object, in one line: what `/status.json` answers.
    public String json() {
        return look(view -> StatusJson.of(view, 0));
    }

    /// The metrics as one JSON object, in one line: what `status.topic` is told.
    public String metrics() {
        return look(view -> Metrics.of(view).json(view.now()));
    }

    /// Nobody waits any more.
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Everything at one moment, to be used only inside [#look].
    record View(
            About about,
            Instant now,
            Instant startedAt,
            long revision,
            ConnectionView connection,
            Figures figures,
            List<TopicView> topics,
            List<FilterView> filters,
            List<Told> events,
            List<Depth> depths,
            Map<DropCause, Long> drops,
            Map<ConnectionFailure.Kind, Long> failedAttempts,
            RoundTrips roundTrips,
            long connections,
            long sessionsLost,
            long takeovers,
            @Nullable Instant oldestOpen) {}

    Clocks clocks() {
        return clocks;
    }

    /// Shows everything to `looking`, while nothing changes.
    <T> T look(Function<View, T> looking) {
        Figures now = figures.get();
        Instant instant = clocks.instants().instant();
        lock.lock();
        try {
            return looking.apply(
                    new View(
                            about,
                            instant,
                            startedAt,
                            revision,
                            connection,
                            now,
                            List.copyOf(topics.values()),
                            List.copyOf(filters.values()),
                            events.all(),
                            depths.all(),
                            drops,
                            failedAttempts,
                            roundTrips,
                            connections,
                            sessionsLost,
                            takeovers,
                            watched.isEmpty() ? null : watched.firstEntry().getValue()));
        } finally {
            lock.unlock();
        }
    }

    ConnectionView connection() {
        lock.lock();
        try {
            return connection;
        } finally {
            lock.unlock();
        }
    }
}
