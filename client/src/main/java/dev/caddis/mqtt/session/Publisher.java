package dev.caddis.mqtt.session;

import static java.util.Objects.requireNonNull;

import dev.caddis.mqtt.codec.EncodingException;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.session.ConnectionState.Fleeting;
import dev.caddis.mqtt.session.Outgoing.AwaitingPuback;
import dev.caddis.mqtt.session.Outgoing.AwaitingPubcomp;
import dev.caddis.mqtt.session.Outgoing.AwaitingPubrec;
import dev.caddis.mqtt.session.Outgoing.Unacknowledged;
import dev.caddis.mqtt.session.SessionState.Again;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Everything we publish: from the outbox to the broker's last answer.
///
/// One path for all messages, also while resuming: what was sent before goes first, then what a
/// lost session makes new, then the outbox, read ahead from the store in small pieces (law 2).
final class Publisher {

    /// Bytes handed to the writer and not yet taken by the network, above which nothing new is
    /// sent.
    static final long WRITE_AHEAD_BYTES = 1 << 20;

    private static final long OPEN_BYTES_MAX = 8 << 20;
    private static final int OPEN_PART = 8; // of the outbox

    private static final int READ_AHEAD_MESSAGES = 256;
    private static final long NANOS = 1_000_000_000L;

    private static final String MADE_ROOM = "the outbox was full and newer messages took its place";

    private final Step step;
    private final ArrayDeque<Stored> readAhead = new ArrayDeque<>();
    private final Map<DropCause, Long> drops = new EnumMap<>(DropCause.class);
    private final Map<DropCause, Long> dropsToTell = new EnumMap<>(DropCause.class);
    private final NavigableSet<Long> inquired = new TreeSet<>(); // in the outbox, or nowhere
    private boolean fetching;
    private boolean waitsForWriter;

    /// What the messages of open exchanges count for, above which no other begins: each checkpoint
    /// of a journal holds them all.
    private final long openBytesMax;

    private boolean purging; // messages of the outbox up to `purgeUpTo` are given up
    private long purgeUpTo;
    private long purgeNumber;
    private long purged;

    private long bytesWhileShort = Long.MAX_VALUE; // bound of the outbox, while the disk is full

    Publisher(Step step) {
        this.step = step;
        openBytesMax = Math.min(OPEN_BYTES_MAX, step.settings.outbox().maxBytes() / OPEN_PART);
    }

    // ---- into the outbox

    void submitted(
            long sequence,
            Publish message,
            @Nullable String key,
            @Nullable ConnectionState connection) {
        if (key != null && repeats(sequence, key)) {
            return;
        }
        if (message.qos() == Qos.AT_MOST_ONCE && !step.settings.outbox().keepsQos0()) {
            if (connection != null && connection.isOnline()) {
                connection.fleeting.add(new Fleeting(sequence, message));
                connection.fleetingBytes += SessionState.sizeOf(message);
                step.effects.add(new Effect.Admit(sequence));
                trimFleeting(connection);
            } else {
                drop(
                        sequence,
                        DropCause.NOT_CONNECTED,
                        "there is no connection, and QoS 0 is not kept");
            }
            return;
        }
        step.persist(new Change.Accepted(sequence, message, step.now, key));
        step.effects.add(new Effect.Admit(sequence));
        trim();
    }

    /// A message that was handed in before with the same key is one message.
    private boolean repeats(long sequence, String key) {
        Long earlier = step.state.sequenceOf(key);
        if (earlier == null) {
            return false;
        }
        step.effects.add(new Effect.Admit(sequence));
        if (step.state.isUnfinished(earlier)) {
            step.effects.add(new Effect.Repeats(sequence, earlier));
        } else { // a refused one would have freed its key
            step.effects.complete(sequence, new Outcome.Acknowledged(ReasonCode.SUCCESS, false));
        }
        return true;
    }

    /// What became of a message that an earlier process accepted: where it is not over, its end is
    /// told when it comes.
    void inquired(long sequence) {
        if (!step.state.isUnfinished(sequence)) {
            step.effects.add(new Effect.Over(sequence));
        } else if (sequence >= step.state.cursor) {
            inquired.add(sequence);
        }
    }

    /// Answers those who asked for a sequence that turns out to stand for no message.
    void tellOver() {
        while (!inquired.isEmpty()
                && (step.state.outboxMessages == 0 || inquired.first() < step.state.cursor)) {
            inquired(requireNonNull(inquired.pollFirst()));
        }
    }

    /// The disk has room for more, or has none: then the outbox may keep its size and not grow.
    void diskRoom(boolean forMore) {
        bytesWhileShort = forMore ? Long.MAX_VALUE : step.state.outboxBytes;
    }

    /// DROP_OLDEST: brings the outbox back within its bounds, from its old end.
    private void trim() {
        if (step.settings.outbox().whenFull() != OutboxBounds.WhenFull.DROP_OLDEST) {
            return; // the other policies refuse at the door
        }
        while (isOverBounds()) {
            Stored oldest = next();
            if (oldest == null) {
                return;
            }
            dropHead(oldest, DropCause.OUTBOX_FULL_OLDEST, MADE_ROOM);
        }
    }

    /// What waits for the writer is bounded as the outbox is (law 5).
    private void trimFleeting(ConnectionState connection) {
        if (step.settings.outbox().whenFull() != OutboxBounds.WhenFull.DROP_OLDEST) {
            return;
        }
        while (isOver(connection.fleeting.size(), connection.fleetingBytes)) {
            Fleeting oldest = connection.fleeting.remove();
            connection.fleetingBytes -= SessionState.sizeOf(oldest.message());
            drop(oldest.sequence(), DropCause.OUTBOX_FULL_OLDEST, MADE_ROOM);
        }
    }

    private boolean isOverBounds() {
        return isOver(step.state.outboxMessages, step.state.outboxBytes);
    }

    private boolean isOver(long messages, long bytes) {
        OutboxBounds bounds = step.settings.outbox();
        return messages > bounds.maxMessages()
                || (bytes > Math.min(bounds.maxBytes(), bytesWhileShort) && messages > 1);
    }

    void fetched(List<Stored> messages) {
        fetching = false;
        readAhead.addAll(messages);
        if (readAhead.isEmpty()) {
            missing(step.state.outboxMessages, step.state.outboxBytes, step.state.lastAccepted);
        }
        if (purging) {
            dropPurged();
        }
        trim();
    }

    /// Gives up every message that waits in the outbox now; open exchanges go on.
    void purge(long number) {
        purgeNumber = number;
        purgeUpTo = step.state.lastAccepted;
        purging = true;
        dropPurged();
    }

    private void dropPurged() {
        while (step.state.outboxMessages > 0 && step.state.cursor <= purgeUpTo) {
            Stored head = readAhead.peek();
            if (head == null) {
                fetch();
                return;
            }
            if (head.sequence() > purgeUpTo) {
                break;
            }
            next();
            dropHead(head, DropCause.PURGED, "the outbox was purged");
            purged++;
        }
        step.effects.add(new Effect.Purged(purgeNumber, purged));
        purging = false;
        purged = 0;
    }

    /// The oldest message of the outbox, taken out of what was read ahead; `null` where the store
    /// is still to give it, or there is none.
    private @Nullable Stored next() {
        Stored head = readAhead.poll();
        if (head == null) {
            fetch();
            return null;
        }
        SessionState state = step.state;
        missing(
                head.messagesBefore() - (state.acceptedMessages - state.outboxMessages),
                head.bytesBefore() - (state.acceptedBytes - state.outboxBytes),
                head.sequence() - 1);
        return head;
    }

    /// The store has lost the next `messages`, up to `lastSequence`.
    private void missing(long messages, long bytes, long lastSequence) {
        if (messages <= 0) {
            return;
        }
        step.state.keyed(step.state.cursor, lastSequence).forEach(this::freeKey);
        step.persist(new Change.Missing(messages, bytes));
        step.effects.add(
                new Effect.CompleteRest(
                        step.state.cursor,
                        lastSequence,
                        new Outcome.Dropped(
                                DropCause.DAMAGED, "the journal was damaged where it stood")));
        dropsToTell.merge(DropCause.DAMAGED, messages, Long::sum);
    }

    /// Gives up what is too old at the head of the outbox, connected or not.
    void dropAged() {
        Duration maxAge = step.settings.outbox().maxAge();
        while (maxAge != null && step.state.outboxMessages > 0) {
            Stored head = readAhead.peek();
            if (head == null) {
                fetch();
                return;
            }
            if (head.acceptedAt() + maxAge.toNanos() > step.now) {
                return;
            }
            next();
            dropHead(
                    head,
                    DropCause.TOO_OLD,
                    "it waited longer than the max age of " + maxAge.toSeconds() + " s");
        }
    }

    /// When the head of the outbox is too old; `Long.MAX_VALUE` where that cannot be.
    long nextDeadline() {
        Duration maxAge = step.settings.outbox().maxAge();
        Stored head = readAhead.peek();
        return maxAge == null || head == null
                ? Long.MAX_VALUE
                : head.acceptedAt() + maxAge.toNanos();
    }

    private void dropHead(Stored head, DropCause cause, String why) {
        step.persist(new Change.Dropped(head.sequence(), SessionState.sizeOf(head.message())));
        drop(head.sequence(), cause, why);
    }

    private void fetch() {
        if (!fetching && step.state.outboxMessages > readAhead.size()) {
            fetching = true;
            Stored last = readAhead.peekLast();
            long from = last == null ? step.state.cursor : last.sequence() + 1;
            step.effects.add(new Effect.Fetch(from, READ_AHEAD_MESSAGES));
        }
    }

    // ---- onto the wire

    /// The broker resumed our session: PUBRELs at once and first, then the PUBLISHes in their old
    /// order as the quota allows `[MQTT-4.4.0-1]`.
    void resume(ConnectionState connection) {
        for (Outgoing exchange : step.state.outgoing.values()) {
            if (exchange instanceof AwaitingPubcomp released) {
                connection.unanswered.sent(step.state, released.packetId(), released.sequence());
                step.effects.send(
                        connection.number, new Pubrel(released.packetId(), ReasonCode.SUCCESS));
            } else if (exchange instanceof Unacknowledged sent) {
                connection.resend.add(sent);
            }
        }
    }

    /// Sends whatever may go now. Law 2: the only place that does.
    void pump(ConnectionState connection, Limits limits) {
        waitsForWriter = false;
        if (connection.moving != null) { // the rest is sent on the next connection
            sendFleeting(connection, limits);
            return;
        }
        resendWithin(connection, limits);
        if (connection.resend.isEmpty()) {
            sendState(connection, limits);
        }
        sendFleeting(connection, limits);
        if (!connection.resend.isEmpty() || connection.stateMessage != null) {
            return;
        }
        sendAgain(connection, limits);
        if (!step.state.again.isEmpty()) {
            return;
        }
        sendAhead(connection, limits);
        if (connection.ahead.isEmpty()) {
            sendOutbox(connection, limits);
        }
        openAhead(connection, limits);
    }

    private void resendWithin(ConnectionState connection, Limits limits) {
        while (hasRoom(connection, limits)) {
            Unacknowledged sent = connection.resend.poll();
            if (sent == null) {
                return;
            }
            if (!sent.equals(step.state.outgoing.get(sent.packetId()))) {
                continue; // answered in the meantime
            }
            Outcome.Dropped refusal = unsendable(connection, limits, sent.message());
            if (refusal != null) {
                step.persist(new Change.Ended(sent.packetId()));
                setAside(sent.sequence(), refusal);
                continue;
            }
            connection.inQuota.add(sent.packetId());
            publish(
                    connection,
                    limits,
                    sent.message().withDelivery(sent.packetId(), true), // [MQTT-3.3.1-1]
                    sent.sequence());
        }
    }

    private void sendState(ConnectionState connection, Limits limits) {
        Publish message = connection.stateMessage;
        if (message == null) {
            return;
        }
        Publish lowered = withinMaximum(message, limits);
        Outcome.Dropped refusal = unsendable(connection, limits, lowered);
        if (refusal != null) {
            connection.stateMessage = null;
            connection.offlineFailed = true;
            dropsToTell.merge(refusal.cause(), 1L, Long::sum);
        } else if (lowered.qos() == Qos.AT_MOST_ONCE) {
            connection.stateMessage = null;
            publish(connection, limits, lowered, Outgoing.STATE);
        } else if (hasRoom(connection, limits) && step.state.ids.available()) {
            connection.stateMessage = null;
            int id = step.state.ids.next();
            step.persist(new Change.StateOpened(id, lowered));
            connection.inQuota.add(id);
            if (message.equals(step.settings.offline())) {
                connection.offlineId = id;
            }
            publish(connection, limits, lowered.withDelivery(id, false), Outgoing.STATE);
        }
    }

    /// State messages are QoS 1 at most on the wire: a lost one is replaced, never repeated beside
    /// a newer one.
    private static Publish withinMaximum(Publish message, Limits limits) {
        Qos highest =
                limits.maximumQos() == Qos.AT_MOST_ONCE ? Qos.AT_MOST_ONCE : Qos.AT_LEAST_ONCE;
        Publish lowered = message.qos().compareTo(highest) > 0 ? message.withQos(highest) : message;
        return lowered.retain() && !limits.retainAvailable()
                ? lowered.withoutRetain()
                : lowered; // [MQTT-3.2.2-14]
    }

    private void sendFleeting(ConnectionState connection, Limits limits) {
        while (!connection.fleeting.isEmpty() && writerHasRoom(connection)) {
            Fleeting fleeting = connection.fleeting.remove();
            connection.fleetingBytes -= SessionState.sizeOf(fleeting.message());
            Outcome.Dropped refusal = unsendable(connection, limits, fleeting.message());
            if (refusal == null) {
                publish(connection, limits, fleeting.message(), Outgoing.STATE);
                step.effects.complete(
                        fleeting.sequence(), new Outcome.Acknowledged(ReasonCode.SUCCESS, false));
            } else {
                setAside(fleeting.sequence(), refusal);
            }
        }
    }

    private void sendAgain(ConnectionState connection, Limits limits) {
        while (mayOpen(connection, limits)) {
            Again again = step.state.again.peek();
            if (again == null) {
                return;
            }
            open(connection, limits, again.sequence(), again.message(), true);
        }
    }

    private void sendOutbox(ConnectionState connection, Limits limits) {
        while (mayOpen(connection, limits)) {
            Stored head = next();
            if (head == null) {
                return;
            }
            Publish message = unexpired(head);
            if (message != null && message.qos() == Qos.AT_MOST_ONCE) {
                sendOnce(connection, limits, head, message);
            } else if (message != null) {
                open(connection, limits, head.sequence(), message, isDoubtful(head));
            }
        }
    }

    private void sendAhead(ConnectionState connection, Limits limits) {
        while (!connection.ahead.isEmpty() && hasRoom(connection, limits)) {
            Outgoing next = connection.ahead.poll();
            if (next == null) {
                return;
            }
            int id = next.packetId();
            if (!next.equals(step.state.outgoing.get(id))) {
                continue; // the broker answered what it was never sent
            }
            connection.inQuota.add(id);
            step.effects.add(
                    new Effect.SendNow(
                            connection.number,
                            toPublish(
                                    connection,
                                    limits,
                                    next.message().withDelivery(id, false),
                                    next.sequence(),
                                    true)));
        }
    }

    /// While nothing more may be sent, the disk does not rest. What can expire stays in the outbox,
    /// where its time counts; so does QoS 0, which has no exchange.
    private void openAhead(ConnectionState connection, Limits limits) {
        if (connection.ahead.isEmpty() && connection.inQuota.size() < limits.inFlight()) {
            return;
        }
        int most = Math.min(step.settings.openAhead(), limits.inFlight());
        int opened = 0;
        while (connection.ahead.size() < most
                && step.state.ids.available()
                && step.state.openBytes < openBytesMax) {
            Stored head = readAhead.peek();
            if (head != null
                    && (head.message().qos() == Qos.AT_MOST_ONCE
                            || head.message().properties().messageExpirySeconds() != null)) {
                break;
            }
            head = next();
            if (head == null) {
                break;
            }
            Outgoing exchange =
                    begin(connection, limits, head.sequence(), head.message(), isDoubtful(head));
            if (exchange != null) {
                connection.ahead.add(exchange);
                opened++;
            }
        }
        if (opened > 0) {
            step.effects.add(new Effect.OpenedAhead(connection.number, opened));
        }
    }

    private boolean isDoubtful(Stored head) {
        return head.sequence() <= step.state.doubtfulUpTo;
    }

    /// The message with what is left of its life, or `null` where nothing is: it is dropped. Time
    /// counts in the outbox only; what was once sent does not expire `[MQTT-4.3.3-7]` (F37).
    private @Nullable Publish unexpired(Stored head) {
        Long seconds = head.message().properties().messageExpirySeconds();
        if (seconds == null) {
            return head.message();
        }
        long left = head.acceptedAt() + seconds * NANOS - step.now;
        if (left <= 0) {
            dropHead(
                    head,
                    DropCause.EXPIRED,
                    "its Message Expiry Interval of "
                            + seconds
                            + " s passed before it could be sent");
            return null;
        }
        return head.message().withMessageExpiry((left + NANOS - 1) / NANOS);
    }

    /// QoS 0 that waited in the outbox: gone from there before it is sent, so that it is sent once
    /// at most.
    private void sendOnce(ConnectionState connection, Limits limits, Stored head, Publish message) {
        step.persist(new Change.Sent(head.sequence(), SessionState.sizeOf(head.message())));
        Outcome.Dropped refusal = unsendable(connection, limits, message);
        if (refusal == null) {
            publish(connection, limits, message, Outgoing.STATE);
            step.effects.complete(
                    head.sequence(), new Outcome.Acknowledged(ReasonCode.SUCCESS, false));
        } else {
            setAside(head.sequence(), refusal);
        }
    }

    private void open(
            ConnectionState connection,
            Limits limits,
            long sequence,
            Publish message,
            boolean possiblyRepeated) {
        Outgoing exchange = begin(connection, limits, sequence, message, possiblyRepeated);
        if (exchange != null) {
            int id = exchange.packetId();
            connection.inQuota.add(id);
            publish( // [MQTT-4.3.2-2] [MQTT-4.3.3-2]
                    connection, limits, message.withDelivery(id, false), sequence);
        }
    }

    /// Gives the message an identifier, or sets it aside where this connection cannot carry it:
    /// `null`.
    private @Nullable Outgoing begin(
            ConnectionState connection,
            Limits limits,
            long sequence,
            Publish message,
            boolean possiblyRepeated) {
        int id = step.state.ids.next();
        step.persist(new Change.Opened(sequence, id, message, possiblyRepeated));
        Outcome.Dropped refusal = unsendable(connection, limits, message);
        if (refusal != null) {
            step.persist(new Change.Ended(id));
            setAside(sequence, refusal);
            return null;
        }
        return requireNonNull(step.state.outgoing.get(id));
    }

    /// @param sequence [Outgoing#STATE] for what never was in the outbox
    private void publish(
            ConnectionState connection, Limits limits, Publish publish, long sequence) {
        boolean inOrder = connection.ahead.isEmpty(); // else those may overtake it
        step.effects.send(
                connection.number, toPublish(connection, limits, publish, sequence, inOrder));
    }

    /// The packet for `publish`, which goes out now.
    ///
    /// @param inOrder whether nothing that is made later goes out before it: only then may it give
    ///   or take a topic alias
    private Publish toPublish(
            ConnectionState connection,
            Limits limits,
            Publish publish,
            long sequence,
            boolean inOrder) {
        if (publish.qos() != Qos.AT_MOST_ONCE) {
            connection.unanswered.sent(step.state, publish.packetId(), sequence);
        }
        boolean mayGrow =
                mostBytes(publish) + OutgoingAliases.ADDED_BYTES_MAX <= limits.maximumPacketSize();
        Publish sent = inOrder ? connection.outgoingAliases.apply(publish, mayGrow) : publish;
        if (connection.unwritten == 0) {
            connection.writeProgressAt = step.now;
        }
        connection.sentAt = step.now;
        connection.unwritten += sent.contentLength() + 16;
        return sent;
    }

    private boolean hasRoom(ConnectionState connection, Limits limits) {
        return connection.inQuota.size() < limits.inFlight()
                && writerHasRoom(connection); // [MQTT-3.3.4-7]
    }

    private boolean mayOpen(ConnectionState connection, Limits limits) {
        return hasRoom(connection, limits)
                && step.state.ids.available()
                && (step.state.outgoing.isEmpty() || step.state.openBytes < openBytesMax);
    }

    private boolean writerHasRoom(ConnectionState connection) {
        if (connection.unwritten < WRITE_AHEAD_BYTES) {
            return true;
        }
        waitsForWriter = true;
        return false;
    }

    /// Whether something would be sent if the writer had room: it then says so when it has.
    boolean waitsForWriter() {
        return waitsForWriter;
    }

    /// Why this connection cannot carry `message`, or `null`. Such a message fails alone and blocks
    /// nothing (F22, F41).
    private static Outcome.@Nullable Dropped unsendable(
            ConnectionState connection, Limits limits, Publish message) {
        if (message.qos().compareTo(limits.maximumQos()) > 0) { // [MQTT-3.2.2-11]
            return new Outcome.Dropped(
                    DropCause.NOT_SUPPORTED,
                    "the broker's Maximum QoS is "
                            + limits.maximumQos().level()
                            + " and the message has "
                            + message.qos().level());
        }
        if (message.retain() && !limits.retainAvailable()) {
            return new Outcome.Dropped(
                    DropCause.NOT_SUPPORTED, "the broker does not support retained messages");
        }
        if (connection.version == ProtocolVersion.V3_1_1
                && !message.properties().equals(Publish.Properties.NONE)) { // law 7
            return new Outcome.Dropped(
                    DropCause.NOT_SUPPORTED,
                    "the message has MQTT 5 properties and the connection speaks 3.1.1");
        }
        if (message.properties().equals(Publish.Properties.NONE)
                && mostBytes(message) <= limits.maximumPacketSize()) {
            return null;
        }
        int size;
        try {
            int id = message.qos() == Qos.AT_MOST_ONCE ? 0 : 1;
            size = new PacketWriter(connection.version).sizeOf(message.withDelivery(id, false));
        } catch (EncodingException e) { // no packet can carry it
            return new Outcome.Dropped(DropCause.NOT_SUPPORTED, String.valueOf(e.getMessage()));
        }
        if (size > limits.maximumPacketSize()) { // [MQTT-3.2.2-15]
            return new Outcome.Dropped(
                    DropCause.TOO_LARGE,
                    "the packet is "
                            + size
                            + " bytes and the broker takes at most "
                            + limits.maximumPacketSize());
        }
        return null;
    }

    /// What a message without properties takes at most.
    private static long mostBytes(Publish message) {
        return message.properties().equals(Publish.Properties.NONE)
                ? 4L * message.topic().length() + message.payload().length() + 64
                : 4L * message.weight();
    }

    // ---- the broker's answers

    /// @return what the packet breaks, or `null`
    @Nullable String onPuback(ConnectionState connection, Puback puback) {
        Outgoing exchange = step.state.outgoing.get(puback.packetId());
        if (exchange instanceof AwaitingPuback sent) {
            connection.inQuota.remove(puback.packetId());
            connection.offlineFailed |=
                    puback.reason().isError() && puback.packetId() == connection.offlineId;
            finish(sent, puback.reason(), sent.message());
            return null;
        }
        if (exchange instanceof AwaitingPubrec sent) { // sent again it would be answered so again
            connection.inQuota.remove(puback.packetId());
            step.persist(new Change.Ended(sent.packetId()));
            setAside(
                    sent.sequence(),
                    new Outcome.Dropped(
                            DropCause.NOT_SUPPORTED,
                            "the broker answered QoS 2 with PUBACK, so it does not deliver exactly"
                                    + " once; publish with QoS 1"));
        }
        return exchange == null ? null : "PUBACK answers QoS 2 packet " + puback.packetId();
    }

    /// PUBREC: the broker has the message; from here PUBREL may be repeated, PUBLISH never
    /// `[MQTT-4.3.3-6]` (F06).
    @Nullable String onPubrec(ConnectionState connection, Pubrec pubrec) {
        int id = pubrec.packetId();
        switch (step.state.outgoing.get(id)) {
            case AwaitingPubrec sent
                    when pubrec.reason().isError() -> { // no PUBREL follows; the id is free (F10)
                connection.inQuota.remove(id);
                finish(sent, pubrec.reason(), sent.message());
            }
            case AwaitingPubrec sent -> {
                step.persist(new Change.Released(sent.packetId()));
                step.effects.send(
                        connection.number, new Pubrel(id, ReasonCode.SUCCESS)); // [MQTT-4.3.3-4]
            }
            case AwaitingPubcomp released ->
                    step.effects.send(
                            connection.number, new Pubrel(released.packetId(), ReasonCode.SUCCESS));
            case AwaitingPuback sent -> {
                return "PUBREC answers QoS 1 packet " + sent.packetId();
            }
            case null ->
                    step.effects.send(
                            connection.number,
                            new Pubrel(
                                    id,
                                    connection.version == ProtocolVersion.V5
                                            ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                                            : ReasonCode.SUCCESS));
        }
        return null;
    }

    @Nullable String onPubcomp(ConnectionState connection, Pubcomp pubcomp) {
        Outgoing exchange = step.state.outgoing.get(pubcomp.packetId());
        if (exchange instanceof AwaitingPubcomp released) {
            connection.inQuota.remove(pubcomp.packetId());
            finish(released, ReasonCode.SUCCESS, null);
            return null;
        }
        return exchange == null
                ? null
                : "PUBCOMP for packet " + pubcomp.packetId() + " comes before its PUBREL";
    }

    private void finish(Outgoing exchange, ReasonCode reason, @Nullable Publish message) {
        step.persist(new Change.Ended(exchange.packetId()));
        if (reason.isError() && message != null) {
            step.effects.tell(new ClientEvent.PublishRefused(message.topic(), reason));
        }
        if (!exchange.isState()) {
            if (reason.isError()) {
                freeKey(exchange.sequence());
            }
            step.effects.complete(
                    exchange.sequence(),
                    reason.isError()
                            ? new Outcome.Refused(reason)
                            : new Outcome.Acknowledged(reason, exchange.possiblyRepeated()));
        }
    }

    // ---- ends

    /// The connection is gone, and with it the QoS 0 messages that waited for room.
    void disconnected(ConnectionState connection) {
        for (Fleeting fleeting : connection.fleeting) {
            drop(
                    fleeting.sequence(),
                    DropCause.NOT_CONNECTED,
                    "the connection ended before it was written, and QoS 0 is not kept");
        }
        waitsForWriter = false;
    }

    /// The broker has no session of ours: what it may have had goes out again as new.
    void sessionLost() {
        boolean had = step.state.established != null;
        List<Outgoing> open = List.copyOf(step.state.outgoing.values());
        boolean resend = step.settings.resendWhenSessionLost();
        step.persist(new Change.Lost(resend));
        for (Outgoing exchange : open) {
            if (!resend
                    && exchange instanceof AwaitingPubcomp released
                    && !released.isState()) { // the broker had it: trust
                step.effects.complete(
                        released.sequence(),
                        new Outcome.Acknowledged(ReasonCode.SUCCESS, released.possiblyRepeated()));
            }
        }
        if (had) {
            step.effects.tell(new ClientEvent.SessionLost(step.state.again.size()));
        }
    }

    private void setAside(long sequence, Outcome.Dropped refusal) {
        if (sequence == Outgoing.STATE) {
            return;
        }
        freeKey(sequence);
        drop(sequence, refusal.cause(), refusal.why());
    }

    /// What was refused may be handed in again.
    private void freeKey(long sequence) {
        if (step.state.hasKey(sequence)) {
            step.persist(new Change.KeyFreed(sequence));
        }
    }

    private void drop(long sequence, DropCause cause, String why) {
        step.effects.complete(sequence, new Outcome.Dropped(cause, why));
        dropsToTell.merge(cause, 1L, Long::sum);
    }

    /// One event a cause for all that one input made us drop.
    void tellDrops() {
        if (dropsToTell.isEmpty()) {
            return;
        }
        dropsToTell.forEach((cause, count) ->
                step.effects.tell(
                        new ClientEvent.Dropped(
                                cause, count, drops.merge(cause, count, Long::sum))));
        dropsToTell.clear();
    }
}
