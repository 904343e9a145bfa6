package dev.caddis.mqtt.session;

import dev.caddis.mqtt.store.MemoryStore;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// A change log over a [MemoryStore] that shows each change, makes it durable at once or only on
/// command, and can lose what was not durable.
final class RecordedLog implements ChangeLog {

    private final List<Change> changes = new ArrayList<>();
    private final Consumer<Change> shown;
    private MemoryStore store = new MemoryStore();
    private final Set<Long> lost = new HashSet<>();
    private boolean slow;
    private int durable;

    RecordedLog(Consumer<Change> shown) {
        this.shown = shown;
    }

    @Override
    public long append(Change change) {
        shown.accept(change);
        changes.add(change);
        store.append(change);
        if (!slow) {
            durable = changes.size();
        }
        return changes.size();
    }

    @Override
    public long durable() {
        return durable;
    }

    void slow() {
        slow = true;
    }

    void makeDurable(int count) {
        durable = Math.min(durable + count, changes.size());
    }

    List<Stored> read(long fromSequence, int count) {
        return store.read(fromSequence, Integer.MAX_VALUE).stream()
                .filter(each -> !lost.contains(each.sequence()))
                .limit(count)
                .toList();
    }

    /// The message of `sequence` cannot be read any more.
    void lose(long sequence) {
        lost.add(sequence);
    }

    /// What a restart finds: the durable changes and nothing else.
    SessionState recover() {
        changes.subList(durable, changes.size()).clear();
        slow = false;
        store = new MemoryStore();
        changes.forEach(store::append);
        return replayed();
    }

    /// The state as all recorded changes leave it.
    SessionState replayed() {
        SessionState state = new SessionState();
        changes.forEach(state::apply);
        return state;
    }
}
