package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.codec.EncodingException;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.TopicFilter;
import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.Effects;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.Outcome;
import dev.caddis.mqtt.session.Referral;
import dev.caddis.mqtt.session.Round;
import dev.caddis.mqtt.session.Session;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalDamage;
import dev.caddis.mqtt.store.SessionStore;
import dev.caddis.mqtt.store.StoreException;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Runs one session: the owner thread takes inputs from the [Mailbox], steps the session, and
/// carries out the effects that its [Round] releases.
///
/// Fields without a comment belong to the owner thread. It waits on no queue but its mailbox, on no
/// disk and on no socket (law 3).
public final class Engine {

    private static final System.Logger LOG = System.getLogger(Engine.class.getName());

    private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// Effects that wait for the disk: of what the broker may have unfinished there are some for
    /// each.
    private static final int HELD_MAX = 500_000;

    private static final long HELD_BYTES_MAX = 64L << 20;

    private static final int WAITING_EVENTS = 10_000;
    private static final Duration LONGEST_CLOSE = Duration.ofDays(365);

    private record Retiring(Connection connection, long deadlineNanos) {}

    private record Purge(long number, CompletableFuture<Long> done) {}

    private final EngineSettings settings;
    private final SessionStore store;
    private final SessionState state;
    private final Session session;
    private final Round round;
    private final Effects effects = new Effects();
    private final ArrayDeque<Input> followUps = new ArrayDeque<>();
    private final List<Retiring> retiring = new ArrayList<>();
    private final List<Runnable> purged = new ArrayList<>();
    private final long origin; // what System.nanoTime showed when the session's clock was at 0
    private @Nullable Connection connection;
    private Effect.@Nullable Fetch fetching; // what the store could not give yet
    private SessionStore.Room room = SessionStore.Room.PLENTY;
    private boolean running = true;
    private boolean earlierOpen; // messages of an earlier process are not finished
    private final long slowDiskNanos; // how long its last word may take once the session is over
    private long abandonAt = Long.MAX_VALUE;

    private final Traffic traffic = new Traffic(); // any thread
    private final Mailbox mailbox; // any thread
    private final ReceiptBook receipts; // the owner reports, any thread asks
    private final Deliveries deliveries; // the owner delivers, handlers run on their own threads
    private final FilterBook filters; // as the receipts
    private final Batches<ClientEvent> teller; // any thread adds
    private final Queue<Purge> purges = new ConcurrentLinkedQueue<>(); // any thread adds
    private long purgeNumber; // under `wishes`
    private final AtomicLong droppedNewest = new AtomicLong(); // any thread
    private final ReentrantLock wishes = new ReentrantLock(); // handler and wish change together
    private final @Nullable IdentityKeeper keeper; // null: without TLS
    private volatile Way dialled; // last; before that the first that will be
    private final @Nullable IdentityWatch watch; // null: nothing to watch
    private final Thread owner;
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable String whyOffline;
    private volatile EngineStatus status; // written by the owner, read by anyone
    private volatile int live; // number of the accepted connection, by the owner; 0: none
    private volatile boolean finished; // whether the session ended with nothing undone

    /// @param earlier ended, and its place is taken; `null`: none
    public Engine(EngineSettings settings, SessionStore store, @Nullable Engine earlier) {
        this.settings = settings;
        this.store = store;
        slowDiskNanos = settings.session().deadlines().close().toNanos();
        state = store.recover();
        origin = System.nanoTime() - store.clockNanos();
        session = new Session(settings.session(), state, settings.seed());
        round = new Round(store);
        mailbox = new Mailbox(settings.session().outbox(), state.lastAccepted());
        earlierOpen = state.hasUnfinishedUpTo(state.lastAccepted());
        receipts = new ReceiptBook(state.lastAccepted() + 1, earlierOpen);
        status = new EngineStatus(false, session.outboxMessages(), session.openExchanges(), true);
        filters = new FilterBook();
        teller = new Batches<>("caddis-events", this::tellListeners);
        deliveries = new Deliveries(mailbox::offer, this::tell, () -> live, settings.fallback());
        owner =
                Thread.ofPlatform()
                        .name("caddis-" + settings.session().clientId())
                        .daemon(false)
                        .unstarted(this::run);
        dialled = settings.ways().getFirst();
        ClientIdentity identity = settings.identity();
        keeper =
                earlier != null && earlier.knows(identity)
                        ? earlier.keeper
                        : identity == null ? null : new IdentityKeeper(identity);
        watch =
                identity == null || keeper == null || !identity.hasFiles()
                        ? null
                        : new IdentityWatch(
                                identity,
                                keeper,
                                new WatchedWorld(
                                        settings.session().deadlines(),
                                        () -> dialled,
                                        mailbox::offer,
                                        this::tell,
                                        () -> live != 0),
                                InstantSource.system(),
                                settings.identityCheck(),
                                owner.getName() + "-identity");
    }

    /// Whether it is `identity` with which it connects.
    public boolean knows(@Nullable ClientIdentity identity) {
        return settings.identity() == identity;
    }

    /// Starts the owner, which connects. Handlers bound before are there before the first byte.
    public void start() {
        store.onProgress(mailbox::wake);
        mailbox.offer(new Input.Start());
        owner.start();
        if (watch != null) {
            watch.start();
        }
    }

    // ---- any thread

    /// Hands in a message.
    ///
    /// @return its sequence, or one of the negative answers [#FULL] and [#CLOSED]
    public long submit(Publish message, @Nullable String key, Duration timeout)
            throws InterruptedException {
        Mailbox.Admission admission = mailbox.submit(message, key, timeout);
        return switch (admission.door()) {
            case ADMITTED -> admission.sequence();
            case FULL -> {
                tellDropOfNewest();
                yield FULL;
            }
            case CLOSED -> CLOSED;
        };
    }

    private void tellDropOfNewest() {
        if (settings.session().outbox().whenFull() == OutboxBounds.WhenFull.DROP_NEWEST) {
            tell(
                    new ClientEvent.Dropped(
                            DropCause.OUTBOX_FULL_NEWEST, 1, droppedNewest.incrementAndGet()));
        }
    }

    /// There was no room within the time given.
    public static final long FULL = -1;

    /// The engine is closing or closed.
    public static final long CLOSED = -2;

    /// The highest sequence that was given out.
    public long lastSequence() {
        return mailbox.lastSequence();
    }

    /// As [ReceiptBook#accepted].
    public CompletableFuture<Void> accepted(long sequence) {
        return receipts.accepted(sequence);
    }

    /// Bytes of packets that the connections so far have sent.
    public long sentBytes() {
        return traffic.sentBytes();
    }

    /// Bytes of packets that the connections so far have received.
    public long receivedBytes() {
        return traffic.receivedBytes();
    }

    /// Bytes that the store has written.
    public long storedBytes() {
        return store.writtenBytes();
    }

    /// What became of messages since the start.
    public Outcomes outcomes() {
        Outcomes outcomes = receipts.outcomes();
        return new Outcomes(
                outcomes.acknowledged(),
                outcomes.possiblyRepeated(),
                outcomes.refused(),
                outcomes.dropped() + droppedNewest.get());
    }

    /// As [ReceiptBook#isAccepted].
    public boolean isAccepted(long sequence) {
        return receipts.isAccepted(sequence);
    }

    /// As [ReceiptBook#finished].
    public CompletableFuture<Outcome> finished(long sequence) {
        if (!receipts.isEarlier(sequence)) {
            return receipts.finished(sequence);
        }
        CompletableFuture<Outcome> outcome = receipts.finishedEarlier(sequence);
        mailbox.offer(new Input.Inquired(sequence));
        return outcome;
    }

    /// Waits until everything handed in so far has its outcome, by an earlier process as well.
    public boolean awaitFinished(Duration timeout) throws InterruptedException {
        return receipts.awaitFinished(mailbox.lastSequence(), timeout.toNanos());
    }

    /// Binds `handler` and wants `filter`; completes when the broker granted or refused it, at the
    /// latest once a connection stands.
    public CompletableFuture<FilterBook.Answer> subscribe(
            TopicFilter filter, SubscriptionOptions options, ManualHandler handler) {
        wishes.lock();
        try {
            CompletableFuture<FilterBook.Answer> answer = filters.expect(filter.value());
            deliveries.put(filter, handler);
            mailbox.offer(new Input.Want(filter.value(), options));
            return answer;
        } finally {
            wishes.unlock();
        }
    }

    /// Unwants `filter`; its handler is unbound once the broker has stopped serving it.
    public void unsubscribe(String filter) {
        wishes.lock();
        try {
            deliveries.unwant(filter);
            mailbox.offer(new Input.Unwant(filter));
        } finally {
            wishes.unlock();
        }
    }

    /// As [#unsubscribe]; completes with the broker's answer.
    public CompletableFuture<FilterBook.Answer> unsubscribed(String filter) {
        CompletableFuture<FilterBook.Answer> answer = filters.expectEnd(filter);
        unsubscribe(filter);
        return answer;
    }

    /// Authenticates anew on the present connection, by the method that was agreed.
    public void reauthenticate() {
        mailbox.offer(new Input.Reauthenticate());
    }

    /// Gives up what waits in the outbox; completes with how many messages that were, once that is
    /// durable.
    public CompletableFuture<Long> purge() {
        CompletableFuture<Long> done = new CompletableFuture<>();
        wishes.lock(); // in the order of their numbers
        try {
            purgeNumber++;
            purges.add(new Purge(purgeNumber, done));
            mailbox.offer(new Input.Purge(purgeNumber));
        } finally {
            wishes.unlock();
        }
        if (over.getCount() == 0) { // the owner is gone
            done.completeExceptionally(new IllegalStateException("the client is closed"));
        }
        return done;
    }

    /// QoS 1 and 2 messages that wait for a handler or for its acknowledgement.
    public int waitingForHandlers() {
        return deliveries.waiting();
    }

    /// Why there is no connection; empty while there is one, or before the first attempt has
    /// failed.
    public Optional<String> whyOffline() {
        return Optional.ofNullable(whyOffline);
    }

    public EngineStatus status() {
        return status;
    }

    /// Messages that no handler took.
    public long unmatched() {
        return deliveries.unmatched();
    }

    /// Admits nothing more, finishes what is accepted, leaves, all within `timeout`; then gives
    /// handlers and listeners a last second. A handler or listener that calls this is not waited
    /// for.
    ///
    /// @return whether everything accepted had reached its outcome
    public boolean close(Duration timeout) throws InterruptedException {
        long nanos =
                timeout.compareTo(LONGEST_CLOSE) > 0 ? LONGEST_CLOSE.toNanos() : timeout.toNanos();
        mailbox.close();
        mailbox.offer(new Input.Close(nanos));
        over.await();
        owner.join(Duration.ofNanos(slowDiskNanos)); // F20: gone, not about to go
        long last = System.nanoTime() + LAST_NANOS;
        deliveries.awaitIdle(last);
        teller.awaitIdle(last - System.nanoTime());
        return finished;
    }

    // ---- the owner

    private void run() {
        try {
            while (running) {
                long deadline = deadline();
                List<Input> batch =
                        mailbox.take(
                                deadline,
                                session.outboxMessages(),
                                session.outboxBytes(),
                                session.isOnline());
                long now = now();
                if (connection != null) {
                    session.step(connection.traffic(), now, effects);
                }
                for (Input input : batch) {
                    session.step(input, now, effects);
                    if (input instanceof Input.Arrived(int from, var packets)
                            && connection != null
                            && connection.number == from) {
                        connection.worked();
                    }
                }
                if (batch.isEmpty()) {
                    session.step(new Input.Tick(), now, effects);
                }
                carryOutAll(now);
                abortLate();
                abandonSlowDisk();
            }
            shutDown(null);
        } catch (InterruptedException e) {
            shutDown(e);
        } catch (StoreException e) { // the listeners are told, who can do something about it
            tell(new ClientEvent.Failed(e, true));
            shutDown(e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "the owner thread of a Caddis client failed", e);
            tell(new ClientEvent.Failed(e));
            shutDown(e);
        }
    }

    private long now() {
        return System.nanoTime() - origin;
    }

    /// The session has said its last word, and that waits for the disk: not for ever (law 3).
    private void abandonSlowDisk() {
        if (!running || !session.isOver()) {
            return;
        }
        if (abandonAt == Long.MAX_VALUE) {
            abandonAt = System.nanoTime() + slowDiskNanos;
        } else if (System.nanoTime() - abandonAt >= 0) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the disk of the session has not answered; what it did not confirm is found by"
                            + " the next client that opens the session");
            running = false;
        }
    }

    private long deadline() {
        long next = session.nextDeadline();
        long deadline =
                next == Long.MAX_VALUE
                        ? System.nanoTime() + TimeUnit.HOURS.toNanos(1)
                        : origin + next;
        for (Retiring old : retiring) {
            deadline = Math.min(deadline, old.deadlineNanos);
        }
        return Math.min(deadline, abandonAt);
    }

    private void carryOutAll(long now) {
        StoreException failure = store.failure();
        if (failure != null) { // nothing may be sent or told from here on (law 1)
            throw failure;
        }
        lookAtStore(now);
        while (true) {
            round.run(effects, this::carryOut);
            effects.clear();
            round.release(this::carryOut);
            if (fetching != null) { // behind the changes of this round, which it has to know
                fetch(fetching);
            }
            if (followUps.isEmpty()) {
                break;
            }
            for (Input next = followUps.poll(); next != null; next = followUps.poll()) {
                session.step(next, now, effects);
            }
        }
        boundWaiting(now);
        store.settle(state, now);
        if (connection != null) {
            connection.flush();
            connection.wakeWhenWritten(session.waitsForWriter());
        }
        if (earlierOpen && !state.hasUnfinishedUpTo(receipts.lastEarlier())) {
            earlierOpen = false;
            round.follow(new Effect.EarlierOver(), this::carryOut); // the outcomes may be held
        }
        receipts.settle();
        purged.forEach(Runnable::run); // whoever waits for it finds the counts as they are now
        purged.clear();
        status =
                new EngineStatus(
                        session.isOnline(),
                        session.outboxMessages(),
                        session.openExchanges(),
                        running);
    }

    /// While the disk takes its time, what a connection brings must not fill the memory (law 5):
    /// the broker has it still, and delivers it again.
    private void boundWaiting(long now) {
        if (live != 0 && (round.held() > HELD_MAX || round.heldBytes() > HELD_BYTES_MAX)) {
            session.step( // what would end it in order waits for the disk too
                    new Input.LinkDown(
                            live,
                            new ConnectionFailure(
                                    ConnectionFailure.Kind.INCOMING_OVERFLOW,
                                    "more messages wait for the disk of the session than the bound"
                                            + " allows; the broker delivers them again. Look at the"
                                            + " disk")),
                    now,
                    effects);
            round.run(effects, this::carryOut);
            effects.clear();
        }
    }

    private void lookAtStore(long now) {
        SessionStore.Room present = store.room();
        if (present != room) {
            boolean wasFull = room == SessionStore.Room.FULL;
            room = present;
            mailbox.room(present);
            if (wasFull != (present == SessionStore.Room.FULL)) {
                session.step(new Input.DiskRoom(wasFull), now, effects);
            }
        }
        for (JournalDamage damage : store.takeDamages()) {
            tell(new ClientEvent.JournalDamaged(damage.file(), damage.what()));
        }
    }

    private void carryOut(Effect effect) {
        switch (effect) {
            case Effect.Persist persist ->
                    throw new IllegalStateException("the round records changes itself");
            case Effect.Fetch fetch -> fetching = fetch; // behind the changes of this round
            case Effect.Dial dial -> dial(dial);
            case Effect.Send send -> send(send.connection(), send.packet());
            case Effect.SendNow send -> send(send.connection(), send.packet());
            case Effect.Accepted accepted -> on(accepted.connection(), it -> live = it.number);
            case Effect.Finish finish -> {
                on(
                        finish.connection(),
                        it -> {
                            it.finish();
                            retire(it, System.nanoTime() + finish.withinNanos());
                        });
            }
            case Effect.Abort abort -> {
                on(
                        abort.connection(),
                        it -> {
                            it.abort();
                            retire(it, Long.MAX_VALUE);
                        });
            }
            case Effect.Deliver deliver -> {
                if (!deliveries.deliver(deliver.message(), deliver.ticket(), deliver.filters())) {
                    followUps.add(new Input.IncomingOverflow(deliver.connection()));
                }
            }
            case Effect.GiveUp given -> given.ticket().giveUp();
            case Effect.Challenge challenge ->
                    on(
                            challenge.connection(),
                            it -> it.challenge(challenge.data(), challenge.last()));
            case Effect.BeginAuthentication begin ->
                    on(begin.connection(), Connection::reauthenticate);
            case Effect.Admit admit -> receipts.admitted(admit.sequence());
            case Effect.Complete complete ->
                    receipts.finished(complete.sequence(), complete.outcome());
            case Effect.CompleteRest rest ->
                    receipts.finishedRest(rest.first(), rest.last(), rest.outcome());
            case Effect.Repeats repeats -> receipts.repeats(repeats.sequence(), repeats.earlier());
            case Effect.Purged done -> {
                for (Purge each = purges.peek();
                        each != null && each.number <= done.number();
                        each = purges.peek()) {
                    CompletableFuture<Long> over = purges.remove().done;
                    purged.add(() -> over.complete(done.messages()));
                }
            }
            case Effect.EarlierOver over -> receipts.earlierOver();
            case Effect.OpenedAhead opened ->
                    followUps.add(new Input.Ready(opened.connection(), opened.count()));
            case Effect.Over over -> receipts.over(over.sequence());
            case Effect.FilterGranted granted ->
                    filters.answer(granted.filter(), new FilterBook.Answer.Granted(granted.qos()));
            case Effect.FilterRefused refused ->
                    filters.answer(
                            refused.filter(), new FilterBook.Answer.Refused(refused.reason()));
            case Effect.FilterUnanswered silence ->
                    filters.answer(silence.filter(), new FilterBook.Answer.Unanswered());
            case Effect.FilterKept kept -> filters.kept(kept.filter(), kept.reason());
            case Effect.FilterEnded ended -> {
                wishes.lock(); // a wish that comes now comes before both or after both
                try {
                    if (deliveries.remove(ended.filter())) {
                        filters.answer(ended.filter(), new FilterBook.Answer.Ended());
                    }
                } finally {
                    wishes.unlock();
                }
            }
            case Effect.Tell tell -> {
                if (tell.event() instanceof ClientEvent.Dropped drop
                        && drop.cause() == DropCause.DAMAGED) {
                    receipts.lost(drop.count());
                }
                tell(tell.event());
            }
            case Effect.End end -> {
                finished = end.finished();
                running = false;
            }
        }
    }

    private void fetch(Effect.Fetch fetch) {
        fetching = null;
        List<Stored> messages = store.read(fetch.fromSequence(), fetch.count());
        fetching = messages == null ? fetch : null;
        if (messages != null) {
            followUps.add(new Input.Fetched(messages));
        }
    }

    /// Effects for a connection that is gone are ignored.
    private void on(int number, Consumer<Connection> action) {
        Connection it = connection;
        if (it != null && it.number == number) {
            action.accept(it);
        }
    }

    private void dial(Effect.Dial dial) {
        Way way = settings.ways().get(dial.member());
        Referral referral = dial.referral();
        if (referral != null) {
            way =
                    new Way(
                            way.endpoint().at(referral.host(), referral.port()),
                            way.proxy(),
                            way.credentials());
        }
        dialled = way;
        Connection next =
                new Connection(
                        dial.connection(),
                        dial.version(),
                        settings.session().maximumPacketSize(),
                        way.endpoint(),
                        way.proxy(),
                        keeper,
                        way.credentials(),
                        settings.authentication(),
                        mailbox,
                        traffic,
                        owner.getName());
        connection = next;
        try {
            next.start();
        } catch (OutOfMemoryError e) { // no thread to be had now; that passes (law 6)
            followUps.add(
                    new Input.LinkDown(
                            dial.connection(),
                            new ConnectionFailure(
                                    ConnectionFailure.Kind.ABORTED,
                                    "no thread could be started: " + e.getMessage())));
        }
    }

    private void send(int number, Packet packet) {
        on(
                number,
                it -> {
                    try {
                        it.send(packet);
                    } catch (
                            EncodingException
                                    e) { // checked when it was handed in; a broker-made limit
                        // cannot lead here
                        throw new IllegalStateException(
                                "the session sent what cannot be encoded", e);
                    }
                });
    }

    private void retire(Connection old, long deadlineNanos) {
        connection = null;
        live = 0;
        retiring.add(new Retiring(old, deadlineNanos));
    }

    private void abortLate() {
        long now = System.nanoTime();
        for (var each = retiring.listIterator(); each.hasNext(); ) {
            Retiring old = each.next();
            if (old.connection.isOver()) {
                each.remove();
            } else if (now >= old.deadlineNanos) {
                old.connection.abort();
                each.set(new Retiring(old.connection, Long.MAX_VALUE));
            }
        }
    }

    /// A listener that blocks must not fill the memory: what finds [#WAITING_EVENTS] before it is
    /// not told (law 5).
    private void tell(ClientEvent event) {
        switch (event) {
            case ClientEvent.Connected up -> whyOffline = null;
            case ClientEvent.ConnectFailed failed -> whyOffline = failed.reason().sentence();
            case ClientEvent.Disconnected gone -> whyOffline = gone.reason().sentence();
            case ClientEvent.GaveUp(int attempts, ConnectionFailure last) ->
                    filters.close(
                            new IllegalStateException(
                                    "the client gave up after "
                                            + attempts
                                            + " attempts to connect: "
                                            + last.sentence()
                                            + ". Close it and open another"));
            default -> {}
        }
        told(settings.watcher(), event);
        if (!teller.offer(event, WAITING_EVENTS)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "a listener has not returned and "
                            + WAITING_EVENTS
                            + " events wait for it; not told: "
                            + event);
        }
        judge(event);
    }

    /// What an attempt shows of the identity it was made with.
    private void judge(ClientEvent event) {
        if (keeper == null) {
            return;
        }
        if (event instanceof ClientEvent.Connected) {
            keeper.accepted()
                    .ifPresent(changed ->
                            tell(new ClientEvent.IdentityChanged(changed.certificateInWords())));
        } else if (event instanceof ClientEvent.ConnectFailed(int attempt, var reason)
                && keeper.failed(reason)) {
            tell(new ClientEvent.IdentityKept(reason));
        }
    }

    private void tellListeners(ClientEvent event) {
        for (Consumer<? super ClientEvent> listener : settings.listeners()) {
            told(listener, event);
        }
    }

    private static void told(Consumer<? super ClientEvent> listener, ClientEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) { // one listener must not silence the others
            LOG.log(System.Logger.Level.WARNING, "a listener failed on " + event, e);
        }
    }

    private void shutDown(@Nullable Throwable failure) {
        running = false;
        mailbox.close();
        if (watch != null) {
            watch.close();
        }
        Connection last = connection;
        if (last != null) {
            last.abort();
            retire(last, Long.MAX_VALUE);
        }
        for (Retiring old : retiring) {
            end(old);
        }
        status = new EngineStatus(false, session.outboxMessages(), session.openExchanges(), false);
        IllegalStateException closed =
                new IllegalStateException(
                        failure == null
                                ? "the client was closed before the broker had the message"
                                : "the client failed",
                        failure);
        receipts.close(closed);
        filters.close(closed);
        mailbox.end();
        over.countDown();
        for (Purge each = purges.poll(); each != null; each = purges.poll()) {
            each.done.completeExceptionally(closed);
        }
        try {
            store.close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the session's store cannot be closed", e);
        }
    }

    /// Gives an old connection its time to finish, then ends it; both threads are gone on return
    /// unless they are stuck in the system.
    private static void end(Retiring old) {
        try {
            if (old.deadlineNanos != Long.MAX_VALUE) {
                old.connection.join(
                        TimeUnit.NANOSECONDS.toMillis(old.deadlineNanos - System.nanoTime()));
            }
            old.connection.abort();
            old.connection.join(1_000);
        } catch (InterruptedException e) {
            old.connection.abort();
            Thread.currentThread().interrupt();
        }
    }
}
