package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.ChangeLog;
import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.Effects;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.OutboxBounds;
import dev.caddis.mqtt.session.Round;
import dev.caddis.mqtt.session.Session;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalDamage;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.SessionStore.Room;
import dev.caddis.mqtt.store.StoreException;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;

/// One process: session, round and journal, stepped as the engine's owner thread does it.
///
/// The journal's threads are [#work], called when chance will.
final class SimulatedProcess {

    private final World world;
    private final JournalStore store;
    private final SessionState state;
    private final Session session;
    private final Round round;
    private final Consumer<Effect> out;
    private final Ledger ledger;
    private final SessionSettings settings;
    private final Effects effects = new Effects();
    private final ArrayDeque<Input> followUps = new ArrayDeque<>();
    private final long origin;
    private Effect.@Nullable Fetch fetching;
    private @Nullable SimulatedLink link; // the present connection
    private long lastSequence;
    private long lossRecordedAt;
    private @Nullable SimulatedLink lossLearntOn;
    private Room room = Room.PLENTY;
    private long bytesWhenFull = Long.MAX_VALUE; // in the outbox
    private int effectsLeft = Integer.MAX_VALUE;
    private boolean hasAccepted;
    private boolean over;

    /// @param out carries out what is not the journal's
    /// @throws StoreException when the journal cannot be opened
    SimulatedProcess(
            World world,
            JournalStore store,
            SessionSettings settings,
            Ledger ledger,
            HandlerLedger handlers,
            Consumer<Effect> out) {
        this.world = world;
        this.store = store;
        this.settings = settings;
        this.ledger = ledger;
        this.out = out;
        state = store.recover();
        origin = world.now - store.clockNanos();
        session = new Session(settings, state, world.random.nextLong());
        round = new Round(watched(store, handlers));
        lastSequence = state.lastAccepted();
        if (world.transcript.isOn()) {
            state.checkpoint().forEach(change -> world.say("* recovered " + Words.of(change)));
        }
    }

    private ChangeLog watched(ChangeLog log, HandlerLedger handlers) {
        return new ChangeLog() {
            @Override
            public long append(Change change) {
                long position = log.append(change);
                switch (change) {
                    case Change.Accepted accepted -> {
                        hasAccepted = true;
                        ledger.recordedAcceptance(accepted.sequence());
                    }
                    case Change.Lost lost -> {
                        lossRecordedAt = position;
                        lossLearntOn = link;
                    }
                    case Change.Dropped dropped -> ledger.recordedDrop(dropped.sequence());
                    case Change.KeyFreed freed -> ledger.recordedFreedKey(freed.sequence());
                    default -> {}
                }
                handlers.recorded(position, change);
                return position;
            }

            @Override
            public long durable() {
                return log.durable();
            }
        };
    }

    // ---- the owner

    /// Takes a batch of inputs; with none, the owner was woken.
    void take(Input... batch) {
        if (over) {
            return;
        }
        long now = world.now - origin;
        SimulatedLink present = link;
        if (present != null) {
            session.step(
                    new Input.Traffic(present.number, 0, present.written, present.read),
                    now,
                    effects);
        }
        for (Input input : batch) {
            step(input, now);
        }
        if (batch.length == 0) {
            session.step(new Input.Tick(), now, effects);
        }
        carryOutAll(now);
    }

    private void step(Input input, long now) {
        if (world.transcript.isOn()) {
            world.say(Words.of(input));
        }
        session.step(input, now, effects);
    }

    private void carryOutAll(long now) {
        if (store.failure() != null) { // nothing may be sent or told from here on (law 1)
            return;
        }
        lookAtStore(now);
        while (true) {
            sayChanges();
            round.run(effects, this::carryOut);
            effects.clear();
            round.release(this::carryOut);
            if (fetching != null) {
                fetch(fetching);
            }
            if (followUps.isEmpty()) {
                break;
            }
            for (Input next = followUps.poll(); next != null; next = followUps.poll()) {
                step(next, now);
            }
        }
        if (effectsLeft > 0) {
            store.settle(state, now);
            requireBounds();
        }
    }

    private void lookAtStore(long now) {
        Room present = store.room();
        boolean wasFull = room == Room.FULL;
        room = present;
        if (wasFull != (present == Room.FULL)) {
            step(new Input.DiskRoom(wasFull), now);
            bytesWhenFull = wasFull ? Long.MAX_VALUE : session.outboxBytes();
        }
        for (JournalDamage damage : store.takeDamages()) {
            tell(new ClientEvent.JournalDamaged(damage.file(), damage.what()));
        }
    }

    private void sayChanges() {
        if (world.transcript.isOn()) {
            for (Effect effect : effects.list()) {
                if (effect instanceof Effect.Persist) {
                    world.say(Words.of(effect));
                }
            }
        }
    }

    private void carryOut(Effect effect) {
        if (effectsLeft <= 0 || --effectsLeft == 0) {
            return; // the process died before it
        }
        if (world.transcript.isOn()) {
            world.say(Words.of(effect));
        }
        switch (effect) {
            case Effect.Fetch fetch -> fetching = fetch;
            case Effect.OpenedAhead opened ->
                    followUps.add(new Input.Ready(opened.connection(), opened.count()));
            case Effect.Tell(ClientEvent event) -> ledger.told(event);
            case Effect.Admit(long sequence) -> ledger.admitted(sequence);
            case Effect.Complete done -> ledger.completed(done.sequence(), done.outcome());
            case Effect.CompleteRest rest ->
                    ledger.completedRest(rest.first(), rest.last(), rest.outcome());
            case Effect.Finish finish -> disconnect(finish.connection(), effect);
            case Effect.Abort abort -> disconnect(abort.connection(), effect);
            case Effect.End end -> over = true;
            default -> out.accept(effect);
        }
    }

    private void tell(ClientEvent event) {
        world.say("> tell " + event);
        ledger.told(event);
    }

    private void fetch(Effect.Fetch fetch) {
        List<Stored> messages = store.read(fetch.fromSequence(), fetch.count());
        fetching = messages == null ? fetch : null;
        if (messages != null) {
            followUps.add(new Input.Fetched(messages));
        }
    }

    private void disconnect(int number, Effect effect) {
        SimulatedLink present = link;
        if (present != null && present.number == number) {
            link = null;
            out.accept(effect);
        }
    }

    void dialed(SimulatedLink next) {
        link = next;
    }

    void answer(Input followUp) {
        followUps.add(followUp);
    }

    /// While the oldest are still to be read there may be more, and before the first new message as
    /// many as the last process had then.
    private void requireBounds() {
        OutboxBounds bounds = settings.outbox();
        if (fetching != null || !hasAccepted || over || session.isOver()) {
            return;
        }
        if (session.outboxMessages() > bounds.maxMessages()) {
            throw new SimulationFailure(
                    session.outboxMessages()
                            + " messages in the outbox, with a bound of "
                            + bounds.maxMessages());
        }
        if (session.outboxMessages() > 1 && session.outboxBytes() > bytesWhenFull) {
            throw new SimulationFailure(
                    session.outboxBytes()
                            + " bytes in the outbox, and it had "
                            + bytesWhenFull
                            + " when the disk was full");
        }
        if (session.outboxMessages() > 1 && session.outboxBytes() > bounds.maxBytes()) {
            throw new SimulationFailure(
                    session.outboxBytes()
                            + " bytes in the outbox, with a bound of "
                            + bounds.maxBytes());
        }
    }

    // ---- the door

    /// Whether the outbox takes a message of this size: else its policy lets nobody in.
    boolean hasRoom(long size) {
        OutboxBounds bounds = settings.outbox();
        if (over || store.failure() != null || room == Room.BEHIND) {
            return false;
        }
        if (room == Room.FULL && bounds.whenFull() != OutboxBounds.WhenFull.DROP_OLDEST) {
            return false;
        }
        return bounds.whenFull() == OutboxBounds.WhenFull.DROP_OLDEST
                || (session.outboxMessages() < bounds.maxMessages()
                        && (session.outboxMessages() == 0
                                || session.outboxBytes() + size <= bounds.maxBytes()));
    }

    long nextSequence() {
        return ++lastSequence;
    }

    // ---- for the world

    /// The present connection, from its first attempt on.
    @Nullable SimulatedLink link() {
        return link;
    }

    /// Does what the journal's threads do.
    void work() {
        store.work();
        if (lossLearntOn != null && lossRecordedAt <= store.durable()) {
            lossLearntOn.lossIsKnown = true;
        }
    }

    boolean hasFailed() {
        return store.failure() != null;
    }

    /// After so many effects more it is as if the process were killed.
    void dieAfter(int effects) {
        effectsLeft = effects + 1;
    }

    boolean isDead() {
        return effectsLeft <= 0;
    }

    /// Whether the session has ended in an orderly way.
    boolean isOver() {
        return over;
    }

    long durable() {
        return store.durable();
    }

    /// When the session wants to be stepped, in true time.
    long nextDeadline() {
        long next = session.nextDeadline();
        return next == Long.MAX_VALUE ? next : Math.max(world.now, next + origin);
    }

    boolean isQuiet() {
        return session.isOnline()
                && store.room() == Room.PLENTY
                && session.outboxMessages() == 0
                && session.openExchanges() == 0
                && !round.isWaiting()
                && fetching == null;
    }

    String what() {
        return "online "
                + session.isOnline()
                + ", the disk "
                + store.room()
                + ", outbox "
                + session.outboxMessages()
                + ", open exchanges "
                + session.openExchanges()
                + ", the round waits "
                + round.isWaiting();
    }

    void close() {
        try {
            store.close();
        } catch (StoreException e) {
            world.say("* " + e.getMessage());
        }
    }
}
