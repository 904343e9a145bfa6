package dev.caddis.testkit;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Place;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;
import dev.caddis.mqtt.store.JournalStore;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A session that changes at random, as far as its rules allow, on a journal that is stepped by
/// hand.
final class JournalSession {

    private final Random random;
    private final Map<Long, Publish> accepted = new HashMap<>();
    private final ArrayDeque<Stored> readAhead = new ArrayDeque<>(); // as the session does

    JournalSession(Random random) {
        this.random = random;
    }

    /// Every message that was accepted ever, durable or not.
    Map<Long, Publish> accepted() {
        return accepted;
    }

    /// Another process goes on.
    void begin() {
        readAhead.clear();
    }

    /// The messages of the outbox from `from` on, some at a time; empty at the end, or when the
    /// store has failed.
    static List<Stored> read(JournalStore store, long from) {
        List<Stored> messages = store.read(from, 7);
        while (messages == null) {
            store.work();
            if (store.failure() != null) {
                return List.of();
            }
            messages = store.read(from, 7);
        }
        return messages;
    }

    /// @return `null` where the rules allow none now
    @Nullable Change change(JournalStore store, SessionState state) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> accept(state);
            case 4, 5 -> next(store, state);
            case 6, 7 -> progress(state);
            case 8 -> incoming(state);
            default -> other();
        };
    }

    Change.Accepted accept(SessionState state) {
        long sequence = state.lastAccepted() + 1 + random.nextInt(2);
        Publish message = message("m" + sequence);
        accepted.put(sequence, message);
        return new Change.Accepted(sequence, message, random.nextInt(1000), null);
    }

    private Publish message(String name) {
        int length = random.nextInt(4) == 0 ? random.nextInt(3000) : random.nextInt(40);
        return new Publish(
                "pump/data",
                Bytes.utf8(name + "x".repeat(length)),
                random.nextBoolean() ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }

    /// The oldest message of the outbox, or of those to be published again, begins its exchange or
    /// is dropped.
    private @Nullable Change next(JournalStore store, SessionState state) {
        for (Change part : state.checkpoint()) {
            if (part instanceof Change.Again again) {
                return new Change.Opened(again.sequence(), freeId(state), again.message(), true);
            }
        }
        if (readAhead.isEmpty()) {
            store.settle(state, 0);
            readAhead.addAll(read(store, state.cursor()));
        }
        Stored oldest = readAhead.poll();
        if (oldest == null) {
            return null;
        }
        return random.nextInt(5) == 0
                ? new Change.Dropped(oldest.sequence(), SessionState.sizeOf(oldest.message()))
                : new Change.Opened(oldest.sequence(), freeId(state), oldest.message(), false);
    }

    private int freeId(SessionState state) {
        List<Integer> used = new ArrayList<>();
        for (Change part : state.checkpoint()) {
            if (part instanceof Change.Opened opened) {
                used.add(opened.packetId());
            }
        }
        int id = 1 + random.nextInt(200);
        while (used.contains(id)) {
            id++;
        }
        return id;
    }

    /// The broker answers one of the open exchanges.
    private @Nullable Change progress(SessionState state) {
        for (Change part : state.checkpoint()) {
            if (part instanceof Change.Opened opened && random.nextInt(3) == 0) {
                return opened.message().qos() == Qos.EXACTLY_ONCE && random.nextBoolean()
                        ? new Change.Released(opened.packetId())
                        : new Change.Ended(opened.packetId());
            }
        }
        return null;
    }

    private Change incoming(SessionState state) {
        int id = 1 + random.nextInt(5);
        for (Change part : state.checkpoint()) {
            if (part instanceof Change.Received open && open.packetId() == id) {
                return new Change.Handled(id);
            }
            if (part instanceof Change.Handled done && done.packetId() == id) {
                return new Change.Completed(id);
            }
        }
        return new Change.Received(
                id, message("in").withQos(Qos.EXACTLY_ONCE).withDelivery(id, false));
    }

    private @Nullable Change other() {
        return switch (random.nextInt(6)) {
            case 0 -> new Change.Lost(random.nextBoolean());
            case 1 ->
                    new Change.Established(
                            ProtocolVersion.V5,
                            random.nextBoolean()
                                    ? null
                                    : new Place("mqtts://b" + random.nextInt(3), List.of("b")));
            case 2 ->
                    new Change.Granted(
                            "f" + random.nextInt(3),
                            SubscriptionOptions.of(Qos.AT_LEAST_ONCE),
                            random.nextInt(3));
            case 3 -> new Change.Revoked("f" + random.nextInt(3));
            case 4 -> new Change.ClientIdAssigned("id-" + random.nextInt(9));
            default -> null;
        };
    }
}
