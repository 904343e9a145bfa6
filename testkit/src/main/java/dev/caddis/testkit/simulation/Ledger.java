package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Outcome;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What became of the messages that the application handed in, and whether that is what was
/// promised.
final class Ledger {

    /// A message of the application.
    static final class Entry {
        final Publish message;
        final @Nullable String key;
        final long handedInAt;
        int handedIn; // times
        private long sequence;
        private boolean accepted; // and told so
        private int arrivals;
        private boolean arrivedInSession; // of the broker, the present one
        private long since; // the sequence with which this process had it as new again
        private boolean refused;
        private boolean everRefused; // whatever it was handed in as
        private boolean dropped; // recorded so, durable or not
        private boolean givenUp; // recorded so by this process: it may be handed in as new
        private boolean repeated; // as new
        private @Nullable Outcome outcome;

        Entry(Publish message, @Nullable String key, long handedInAt) {
            this.message = message;
            this.key = key;
            this.handedInAt = handedInAt;
        }

        private void handedInAgain(long sequence) {
            handedIn++;
            if (givenUp
                    || outcome instanceof Outcome.Dropped
                    || outcome instanceof Outcome.Refused) {
                outcome = null; // what was given up may be handed in as new
                accepted = false;
                refused = false;
                dropped = false;
                givenUp = false;
                since = sequence;
            }
        }

        boolean isAccepted() {
            return accepted;
        }

        int arrivals() {
            return arrivals;
        }

        @Override
        public String toString() {
            return Words.name(message) + " of QoS " + message.qos().level();
        }
    }

    private final World world;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final TreeMap<Long, Entry> bySequence = new TreeMap<>();
    private final Set<Long> recorded = new HashSet<>(); // sequences
    private final Map<String, Long> firstArrivals = new HashMap<>(); // sequences
    private final ArrayDeque<Long> toAdmit = new ArrayDeque<>(); // of this process, as the next
    private final Set<Long> completed = new HashSet<>();
    private boolean damageTold;
    private boolean lossTold;
    private long dropsTold;
    private long refusalsTold;

    Ledger(World world) {
        this.world = world;
    }

    private Entry entry(Publish publish) {
        Entry entry = entries.get(Words.name(publish));
        if (entry == null) {
            throw new SimulationFailure(Words.of(publish) + " was never handed in");
        }
        return entry;
    }

    // ---- the application

    void handedIn(Entry entry, long sequence) {
        entries.put(Words.name(entry.message), entry);
        entry.handedInAgain(sequence);
        entry.sequence = sequence;
        Entry other = bySequence.put(sequence, entry);
        if (other != null && recorded.contains(sequence) && !damageTold) {
            throw new SimulationFailure("sequence " + sequence + " was that of " + other);
        }
        toAdmit.add(sequence);
    }

    /// Another process begins.
    void begin() {
        toAdmit.clear();
        completed.clear();
        for (Entry entry : entries.values()) { // neither may have been durable
            entry.givenUp = false;
            entry.since = 0;
        }
    }

    // ---- what the session says

    void admitted(long upTo) {
        while (!toAdmit.isEmpty() && toAdmit.getFirst() <= upTo) {
            long sequence = toAdmit.removeFirst();
            Entry entry = bySequence.get(sequence);
            if (entry != null && sequence >= entry.since) {
                entry.accepted = true;
            }
        }
    }

    /// The message of `sequence` is in the journal. What is not, a key handed in again and QoS 0
    /// that is not kept, leaves its sequence to the next process where this one ends in an orderly
    /// way.
    void recordedAcceptance(long sequence) {
        recorded.add(sequence);
    }

    void recordedDrop(long sequence) {
        Entry entry = bySequence.get(sequence);
        if (entry != null && sequence >= entry.since) {
            entry.dropped = true;
            entry.givenUp = true;
        }
    }

    void recordedFreedKey(long sequence) {
        Entry entry = bySequence.get(sequence);
        if (entry != null && sequence >= entry.since) {
            entry.givenUp = true;
        }
    }

    void completed(long sequence, Outcome outcome) {
        if (!completed.add(sequence)) {
            throw new SimulationFailure("the receipt of " + sequence + " completes twice");
        }
        Entry entry = bySequence.get(sequence);
        if (entry == null) {
            throw new SimulationFailure("a receipt completes for " + sequence + ", which is none");
        }
        if (sequence >= entry.since) {
            entry.outcome = outcome;
        }
        switch (outcome) {
            case Outcome.Acknowledged done -> acknowledged(entry, done);
            case Outcome.Refused refused -> {
                if (!entry.everRefused) {
                    throw new SimulationFailure(entry + " was not refused, and is called so");
                }
            }
            case Outcome.Dropped dropped -> {
                if (dropped.cause() == DropCause.EXPIRED) {
                    expired(entry);
                }
                if (dropped.cause() == DropCause.DAMAGED && !damageTold) {
                    throw new SimulationFailure(entry + " is called damaged, and nothing else is");
                }
            }
        }
    }

    private void acknowledged(Entry entry, Outcome.Acknowledged done) {
        if (entry.message.qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        boolean byItsKey = entry.handedIn > 1 && damageTold; // of a message that damage took
        if (entry.arrivals == 0 && !byItsKey) {
            throw new SimulationFailure(entry + " is called acknowledged, and never arrived");
        }
        if (entry.repeated && !done.possiblyRepeated() && entry.handedIn == 1) {
            throw new SimulationFailure(entry + " arrived twice, and its receipt does not say so");
        }
    }

    private void expired(Entry entry) {
        Long seconds = entry.message.properties().messageExpirySeconds();
        if (seconds == null
                || (!world.wallWasSet()
                        && world.now < entry.handedInAt + seconds * 1_000_000_000L)) {
            throw new SimulationFailure(entry + " is dropped as expired, before its time");
        }
    }

    void completedRest(long first, long last, Outcome outcome) {
        if (!damageTold) {
            throw new SimulationFailure("messages are called damaged, and nothing else is");
        }
        if (first > last) {
            return;
        }
        bySequence
                .subMap(first, true, last, true)
                .forEach((sequence, entry) -> {
                    if (!completed.contains(sequence) && entry.outcome == null) {
                        entry.outcome = outcome;
                    }
                });
    }

    void told(ClientEvent event) {
        switch (event) {
            case ClientEvent.JournalDamaged damaged -> {
                damageTold = true;
                if (world.faults.areGentle()) {
                    throw new SimulationFailure("nothing was damaged, and it is told: " + damaged);
                }
            }
            case ClientEvent.SessionLost lost -> {
                lossTold = true;
                if (world.faults.areGentle()) {
                    throw new SimulationFailure("no session was lost, and it is told: " + lost);
                }
            }
            case ClientEvent.Dropped dropped when dropped.cause() != DropCause.NOT_CONNECTED ->
                    dropsTold += dropped.count();
            case ClientEvent.PublishRefused refused -> refusalsTold++;
            default -> {}
        }
    }

    /// The process ended while it recovered: what it found then it told nobody.
    void diedBeforeItCouldTell() {
        damageTold |= !world.faults.areGentle();
    }

    /// The broker lost the session, and the client has not recorded it.
    void lossWasHidden() {
        lossTold = true;
    }

    /// Whether it was told that something may be lost or come twice.
    boolean wasAnomalyTold() {
        return damageTold || lossTold;
    }

    boolean wasDamageTold() {
        return damageTold;
    }

    // ---- what the broker says

    /// A new session: what it had before it cannot know.
    void sessionEnded() {
        entries.values().forEach(entry -> entry.arrivedInSession = false);
    }

    boolean hasArrived(Publish publish) {
        return entry(publish).arrivals > 0;
    }

    void refused(Publish publish) {
        Entry entry = entry(publish);
        entry.refused = true;
        entry.everRefused = true;
        entry.arrivedInSession = true;
    }

    /// The broker has `publish` already, in the same exchange.
    void repeated(Publish publish) {
        requireDup(publish, entry(publish));
    }

    void arrived(Publish publish, String topic) {
        Entry entry = entry(publish);
        if (!topic.equals(entry.message.topic()) || publish.qos() != entry.message.qos()) {
            throw new SimulationFailure(
                    Words.of(publish) + " is not as it was handed in: " + entry);
        }
        entry.arrivals++;
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            if (entry.arrivals > 1 && !damageTold) {
                throw new SimulationFailure(entry + " arrived twice");
            }
            return;
        }
        if (entry.arrivals > 1 && !requireDup(publish, entry)) {
            entry.repeated = true;
        }
        if (entry.arrivals > 1 && publish.qos() == Qos.EXACTLY_ONCE && !wasAnomalyTold()) {
            throw new SimulationFailure(entry + " arrived twice");
        }
        if (entry.arrivals == 1 && entry.handedIn == 1 && !entry.refused && !damageTold) {
            Long before =
                    firstArrivals.put(publish.qos() + " " + entry.message.topic(), entry.sequence);
            if (before != null && before > entry.sequence) {
                throw new SimulationFailure(
                        entry + ", sequence " + entry.sequence + ", arrived after " + before);
            }
        }
        entry.arrivedInSession = true;
    }

    /// @return whether it has DUP; where it has not, it must be as new
    private boolean requireDup(Publish publish, Entry entry) {
        if (!publish.dup() && entry.arrivedInSession && !wasAnomalyTold()) {
            throw new SimulationFailure(
                    Words.of(publish) + " comes again without DUP [MQTT-3.3.1-1]");
        }
        return publish.dup();
    }

    // ---- the end

    void requireAllIsDelivered() {
        long lost = 0;
        for (Entry entry : entries.values()) {
            if (!entry.accepted
                    || entry.message.qos() == Qos.AT_MOST_ONCE
                    || entry.arrivals > 0
                    || entry.outcome != null) { // which is checked when it is told
                continue;
            }
            if (entry.dropped || damageTold) { // the process died before it could say which
                lost++;
            } else if (!entry.refused || refusalsTold == 0) {
                throw new SimulationFailure(entry + " was accepted, and is lost");
            }
        }
        if (lost > dropsTold && !damageTold) {
            throw new SimulationFailure(
                    lost + " messages were dropped, and " + dropsTold + " were told");
        }
    }
}
