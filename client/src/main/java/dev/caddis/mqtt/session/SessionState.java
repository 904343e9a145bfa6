package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.session.Outgoing.AwaitingPuback;
import dev.caddis.mqtt.session.Outgoing.AwaitingPubcomp;
import dev.caddis.mqtt.session.Outgoing.AwaitingPubrec;
import dev.caddis.mqtt.session.Outgoing.Unacknowledged;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a session remembers beyond its connections (4.1), and nothing else.
///
/// It changes only by [#apply], so that replaying the recorded changes gives the same state. Its
/// owner's thread alone touches it.
public final class SessionState {

    static final int KEYS_MAX = 10_000;

    /// A message that the broker may have had in a session it lost: to be published again as new.
    record Again(long sequence, Publish message) {}

    /// What the broker serves a filter with; `identifier` is 0 where it has none.
    record Grant(SubscriptionOptions options, int identifier) {}

    /// In the order in which PUBLISH was sent; an exchange moves to the end when PUBREC arrives, so
    /// that the order of the PUBRELs is kept as well `[MQTT-4.6.0-1]` `[MQTT-4.6.0-4]`.
    final Map<Integer, Outgoing> outgoing = new LinkedHashMap<>();

    final Map<Integer, Incoming> incoming = new LinkedHashMap<>();
    final Map<String, Grant> granted = new LinkedHashMap<>();
    final ArrayDeque<Again> again = new ArrayDeque<>();
    final PacketIds ids = new PacketIds();

    /// The first sequence of the outbox that is not sent, dropped or otherwise gone.
    long cursor = 1;

    /// The highest accepted sequence; 0 while there is none.
    long lastAccepted;

    long outboxMessages;
    long outboxBytes;

    /// Messages accepted into the outbox ever, and what they counted for.
    long acceptedMessages;

    long acceptedBytes;

    /// What the messages of open exchanges of ours count for.
    long openBytes;

    private int openStates; // those of them that are birth or "offline"

    /// Up to here messages of the outbox may have been published before.
    long doubtfulUpTo;

    /// The sequences of the last [#KEYS_MAX] messages that were handed in with a key, and of none
    /// that was refused or given up.
    private final LinkedHashMap<String, Long> keys = new LinkedHashMap<>();

    private final Map<Long, String> keysBySequence = new HashMap<>();

    /// The version in which the broker holds a session of ours; `null` while it holds none that we
    /// know of.
    @Nullable ProtocolVersion established;

    /// Which broker that is; `null` where it is not known, as with `established`.
    @Nullable Place place;

    /// The client identifier that the broker chose; `null` where it chose none.
    @Nullable String assignedClientId;

    /// Counts the sessions that were lost: an incoming identifier means nothing across one.
    int generation;

    /// Makes `change` part of the state.
    public void apply(Change change) {
        switch (change) {
            case Change.Accepted accepted ->
                    accepted(
                            accepted.sequence(),
                            acceptedMessages,
                            acceptedBytes,
                            sizeOf(accepted.message()),
                            accepted.key());
            case Change.Dropped dropped -> {
                leaveOutbox(dropped.sequence(), dropped.size());
                freeKey(dropped.sequence());
            }
            case Change.Sent sent -> leaveOutbox(sent.sequence(), sent.size());
            case Change.Missing missing -> {
                long messages = Math.min(outboxMessages, missing.messages());
                long bytes = Math.min(outboxBytes, missing.bytes());
                outboxMessages -= messages;
                outboxBytes -= bytes;
                acceptedMessages += missing.messages() - messages; // as in leaveOutbox
                acceptedBytes += missing.bytes() - bytes;
            }
            case Change.KeyFreed freed -> freeKey(freed.sequence());
            case Change.Keyed keyed -> addKey(keyed.key(), keyed.sequence());
            case Change.Doubtful doubtful -> {
                doubtfulUpTo = doubtful.sequence();
                established = null;
                place = null;
            }
            case Change.Opened opened -> open(opened);
            case Change.StateOpened opened -> {
                ids.restore(opened.packetId());
                put(new AwaitingPuback(opened.packetId(), Outgoing.STATE, opened.message(), false));
            }
            case Change.Released released -> {
                if (take(released.packetId()) instanceof AwaitingPubrec sent) {
                    put(sent.released());
                }
            }
            case Change.Ended ended -> {
                take(ended.packetId());
                ids.free(ended.packetId());
            }
            case Change.Received received ->
                    incoming.put(
                            received.packetId(),
                            new Incoming(received.packetId(), received.message(), false));
            case Change.Handled handled ->
                    incoming.put(handled.packetId(), Incoming.handled(handled.packetId()));
            case Change.Completed completed -> incoming.remove(completed.packetId());
            case Change.Granted grant ->
                    granted.put(grant.filter(), new Grant(grant.options(), grant.identifier()));
            case Change.Revoked revoked -> granted.remove(revoked.filter());
            case Change.Established now -> {
                established = now.version();
                place = now.place();
            }
            case Change.ClientIdAssigned assigned -> assignedClientId = assigned.clientId();
            case Change.Lost lost -> lose(lost.resend());
            case Change.Again waiting ->
                    again.add(new Again(waiting.sequence(), waiting.message()));
            case Change.Outbox outbox -> {
                cursor = outbox.cursor();
                lastAccepted = outbox.lastAccepted();
                outboxMessages = outbox.messages();
                outboxBytes = outbox.bytes();
                acceptedMessages = outbox.acceptedMessages();
                acceptedBytes = outbox.acceptedBytes();
            }
        }
    }

    /// The changes that make a new state what this one is.
    public List<Change> checkpoint() {
        List<Change> changes = new ArrayList<>();
        if (doubtfulUpTo >= cursor) {
            changes.add(new Change.Doubtful(doubtfulUpTo));
        }
        if (established != null) {
            changes.add(new Change.Established(established, place));
        }
        if (assignedClientId != null) {
            changes.add(new Change.ClientIdAssigned(assignedClientId));
        }
        granted.forEach((filter, grant) ->
                changes.add(new Change.Granted(filter, grant.options(), grant.identifier())));
        for (Outgoing exchange : outgoing.values()) {
            switch (exchange) {
                case AwaitingPuback sent -> changes.add(opened(sent, sent.message()));
                case AwaitingPubrec sent -> changes.add(opened(sent, sent.message()));
                case AwaitingPubcomp released -> {
                    changes.add(opened(released, released.message()));
                    changes.add(new Change.Released(released.packetId()));
                }
            }
        }
        again.forEach(
                waiting -> changes.add(new Change.Again(waiting.sequence(), waiting.message())));
        for (Incoming open : incoming.values()) {
            changes.add(
                    open.handled()
                            ? new Change.Handled(open.packetId())
                            : new Change.Received(open.packetId(), open.message()));
        }
        keys.forEach((key, sequence) -> changes.add(new Change.Keyed(key, sequence)));
        changes.add(
                new Change.Outbox(
                        cursor,
                        lastAccepted,
                        outboxMessages,
                        outboxBytes,
                        acceptedMessages,
                        acceptedBytes));
        return changes;
    }

    /// The message of `sequence`, if it is the next to be published again.
    public Optional<Publish> toPublishAgain(long sequence) {
        Again head = again.peek();
        return head != null && head.sequence() == sequence
                ? Optional.of(head.message())
                : Optional.empty();
    }

    /// Where the broker's side of the session is; empty where that is not known.
    public Optional<Place> place() {
        return Optional.ofNullable(place);
    }

    /// The first sequence of the outbox that is not sent, dropped or otherwise gone.
    public long cursor() {
        return cursor;
    }

    /// Messages of the outbox.
    public long outboxMessages() {
        return outboxMessages;
    }

    /// What the messages of the outbox count for.
    public long outboxBytes() {
        return outboxBytes;
    }

    /// Messages accepted into the outbox ever.
    public long acceptedMessages() {
        return acceptedMessages;
    }

    /// What the messages accepted into the outbox ever counted for.
    public long acceptedBytes() {
        return acceptedBytes;
    }

    /// The highest accepted sequence; 0 while there is none.
    public long lastAccepted() {
        return lastAccepted;
    }

    private static Change opened(Outgoing exchange, Publish message) {
        return exchange.isState()
                ? new Change.StateOpened(exchange.packetId(), message)
                : new Change.Opened(
                        exchange.sequence(),
                        exchange.packetId(),
                        message,
                        exchange.possiblyRepeated());
    }

    /// As [Change.Accepted], of a message that nobody has to look at.
    ///
    /// @param messagesBefore as in [Stored], as is `bytesBefore`: more than were accepted so far
    ///   where the store has lost some
    public void accepted(
            long sequence, long messagesBefore, long bytesBefore, long size, @Nullable String key) {
        lastAccepted = sequence;
        outboxMessages += messagesBefore + 1 - acceptedMessages;
        outboxBytes += bytesBefore + size - acceptedBytes;
        acceptedMessages = messagesBefore + 1;
        acceptedBytes = bytesBefore + size;
        if (key != null) {
            addKey(key, sequence);
        }
    }

    private void addKey(String key, long sequence) {
        keys.put(key, sequence);
        keysBySequence.put(sequence, key);
        if (keys.size() > KEYS_MAX) {
            freeKey(keys.values().iterator().next());
        }
    }

    private void freeKey(long sequence) {
        String key = keysBySequence.remove(sequence);
        if (key != null) {
            keys.remove(key);
        }
    }

    /// The sequence of the message that was handed in with `key` and not refused or given up.
    @Nullable Long sequenceOf(String key) {
        return keys.get(key);
    }

    boolean hasKey(long sequence) {
        return keysBySequence.containsKey(sequence);
    }

    /// Those from `first` to `last` that were handed in with a key.
    List<Long> keyed(long first, long last) {
        return keysBySequence.keySet().stream()
                .filter(sequence -> sequence >= first && sequence <= last)
                .sorted()
                .toList();
    }

    /// The sequences of the outbox whose messages have an idempotency key.
    public List<Long> keyedInOutbox() {
        return keyed(cursor, lastAccepted);
    }

    /// Accepted messages in exchanges, and those to be published again.
    int openMessages() {
        return outgoing.size() - openStates + again.size();
    }

    /// Whether the accepted message of `sequence` has not reached its outcome, as far as one can
    /// tell: of those that wait in the outbox, it is not known which were given up before their
    /// turn.
    boolean isUnfinished(long sequence) {
        return (outboxMessages > 0 && sequence >= cursor && sequence <= lastAccepted)
                || again.stream().anyMatch(waiting -> waiting.sequence() == sequence)
                || outgoing.values().stream().anyMatch(open -> open.sequence() == sequence);
    }

    /// Whether an accepted message of `sequence` or before may not have reached its outcome.
    public boolean hasUnfinishedUpTo(long sequence) {
        return (outboxMessages > 0 && cursor <= sequence)
                || again.stream().anyMatch(waiting -> waiting.sequence() <= sequence)
                || outgoing.values().stream()
                        .anyMatch(open -> !open.isState() && open.sequence() <= sequence);
    }

    private void open(Change.Opened opened) {
        Again head = again.peek();
        if (head != null && head.sequence() == opened.sequence()) {
            again.remove();
        } else if (opened.sequence() >= cursor) {
            leaveOutbox(opened.sequence(), sizeOf(opened.message()));
        }
        put(opened.packetId(), opened.sequence(), opened.message(), opened.possiblyRepeated());
    }

    /// As [Change.Opened], of a message that is given later, by [#fill], if the exchange is still
    /// open then.
    public void opened(long sequence, int packetId, boolean possiblyRepeated, Qos qos, long size) {
        Publish message = takeAgain(sequence);
        if (message == null && sequence >= cursor) {
            leaveOutbox(sequence, size);
        }
        put(packetId, sequence, message == null ? unread(qos) : message, possiblyRepeated);
    }

    /// The message of `sequence`, if it waits to be published again; where no record is missing it
    /// is the first that does.
    private @Nullable Publish takeAgain(long sequence) {
        for (var waiting = again.iterator(); waiting.hasNext(); ) {
            Again each = waiting.next();
            if (each.sequence() == sequence) {
                waiting.remove();
                return each.message();
            }
        }
        return null;
    }

    private static Publish unread(Qos qos) {
        return new Publish("", Bytes.EMPTY, qos, false, false, 0, Publish.Properties.NONE);
    }

    /// The sequences, in order, whose messages are still to be given.
    public List<Long> unfilled() {
        return Stream.concat(
                        outgoing.values().stream()
                                .filter(exchange -> isUnread(exchange.message()))
                                .map(Outgoing::sequence),
                        again.stream()
                                .filter(waiting -> isUnread(waiting.message()))
                                .map(Again::sequence))
                .sorted()
                .toList();
    }

    private static boolean isUnread(Publish message) {
        return message.topic().isEmpty();
    }

    /// Where records are missing, a message may be found waiting that has its exchange already, or
    /// that waits twice: it has one life.
    public void unite() {
        Set<Long> known = new HashSet<>();
        outgoing.values().forEach(exchange -> known.add(exchange.sequence()));
        again.removeIf(waiting -> !known.add(waiting.sequence()));
    }

    /// Gives the messages of [#unfilled]; an exchange without one is no more. Its message counts as
    /// one that is missing in the outbox, and is told when the next one there is read.
    public void fill(Map<Long, Publish> messages) {
        List<Outgoing> open = List.copyOf(outgoing.values());
        outgoing.clear();
        openBytes = 0;
        openStates = 0;
        for (Outgoing exchange : open) {
            Publish message =
                    isUnread(exchange.message())
                            ? messages.get(exchange.sequence())
                            : exchange.message();
            if (message == null) {
                ids.free(exchange.packetId());
                freeKey(exchange.sequence());
                outboxMessages++;
            } else {
                put(exchange.with(message));
            }
        }
        List<Again> waiting = List.copyOf(again);
        again.clear();
        for (Again each : waiting) {
            Publish message =
                    isUnread(each.message()) ? messages.get(each.sequence()) : each.message();
            if (message == null) {
                freeKey(each.sequence());
                outboxMessages++;
            } else {
                again.add(new Again(each.sequence(), message));
            }
        }
    }

    /// Leaves `count` sequences out, which may have been given out before.
    public void skipSequences(long count) {
        lastAccepted += count;
    }

    private void put(int packetId, long sequence, Publish message, boolean possiblyRepeated) {
        ids.restore(packetId);
        put(
                message.qos() == Qos.EXACTLY_ONCE
                        ? new AwaitingPubrec(packetId, sequence, message, possiblyRepeated)
                        : new AwaitingPuback(packetId, sequence, message, possiblyRepeated));
    }

    private void leaveOutbox(long sequence, long size) {
        cursor = sequence + 1;
        if (outboxMessages == 0) { // its acceptance stood in a record that is damaged
            lastAccepted = Math.max(lastAccepted, sequence);
            acceptedMessages++;
            acceptedBytes += size;
        } else {
            outboxMessages--;
            outboxBytes -= size;
        }
    }

    private void put(Outgoing exchange) {
        outgoing.put(exchange.packetId(), exchange);
        openBytes += sizeOf(exchange.message());
        openStates += exchange.isState() ? 1 : 0;
    }

    private @Nullable Outgoing take(int packetId) {
        Outgoing exchange = outgoing.remove(packetId);
        if (exchange != null) {
            openBytes -= sizeOf(exchange.message());
            openStates -= exchange.isState() ? 1 : 0;
        }
        return exchange;
    }

    /// QoS 1, and QoS 2 before PUBREC, go out again as new; after PUBREC the broker had the message
    /// (MQTT 5.0 section 4.1, and the promise in docs/library.md).
    private void lose(boolean resend) {
        List<Again> all = new ArrayList<>(again);
        for (Outgoing exchange : outgoing.values()) {
            ids.free(exchange.packetId());
            if (exchange instanceof Unacknowledged sent && !sent.isState()) {
                all.add(new Again(sent.sequence(), sent.message()));
            } else if (resend && exchange instanceof AwaitingPubcomp released) {
                all.add(new Again(released.sequence(), released.message()));
            }
        }
        all.sort(Comparator.comparingLong(Again::sequence)); // after damage they may be mixed
        again.clear();
        again.addAll(all);
        outgoing.clear();
        openBytes = 0;
        openStates = 0;
        incoming.clear();
        granted.clear();
        established = null;
        place = null;
        generation++;
    }

    /// What a message counts for in the bound of the outbox: payload, topic and properties, in
    /// bytes and characters, and what goes with each message.
    public static long sizeOf(Publish message) {
        return message.contentLength() + OutboxBounds.OVERHEAD;
    }

    /// Whether anything accepted has not reached its outcome.
    boolean hasUnfinished() {
        return outboxMessages > 0
                || !again.isEmpty()
                || outgoing.values().stream().anyMatch(o -> !o.isState());
    }
}
