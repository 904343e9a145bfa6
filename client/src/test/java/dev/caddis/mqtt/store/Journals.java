package dev.caddis.mqtt.store;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Journals for tests, stepped by hand where their threads were not started.
final class Journals {

    private static final long SEGMENT_BYTES = 64 << 10;

    private Journals() {}

    /// @param recentBytes of the newest messages that stay at hand
    static JournalStore open(Disk disk, long recentBytes) {
        var settings =
                new JournalSettings("pump", true, SEGMENT_BYTES, recentBytes, 0, "this boot");
        return JournalStore.open(disk, settings, new Random(1)::nextLong, () -> 0);
    }

    static Publish message(byte[] payload) {
        return new Publish(
                "pump/data",
                Bytes.copyOf(payload),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                0,
                Publish.Properties.NONE);
    }

    static void apply(JournalStore store, Change change) {
        store.recover().apply(change);
        store.append(change);
        store.settle(store.recover(), 0);
    }

    static void accept(JournalStore store, byte[] payload, @Nullable String key) {
        long sequence = store.recover().lastAccepted() + 1;
        apply(store, new Change.Accepted(sequence, message(payload), 0, key));
    }

    /// The sequences that wait in the outbox and can be read.
    static List<Long> waiting(JournalStore store) {
        List<Long> waiting = new ArrayList<>();
        long from = store.recover().cursor();
        List<Stored> some = read(store, from);
        while (!some.isEmpty()) {
            some.forEach(each -> waiting.add(each.sequence()));
            some = read(store, waiting.getLast() + 1);
        }
        return waiting;
    }

    private static List<Stored> read(JournalStore store, long from) {
        List<Stored> some = store.read(from, 100);
        while (some == null) {
            store.work();
            some = store.read(from, 100);
        }
        return some;
    }
}
