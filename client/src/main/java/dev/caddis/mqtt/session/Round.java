package dev.caddis.mqtt.session;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/// The rule that releases effects: **durable, then sent** (law 1).
///
/// Each effect depends on the changes recorded before it and is released when the last of them is
/// durable, in the order in which the session gave it. Immediate effects overtake. What waits and
/// what it waits for are registered in one step, by the one thread that owns the session; a change
/// that becomes durable in between is seen at the next [#release].
public final class Round {

    private record Held(long position, Effect effect) {}

    private final ChangeLog log;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long appended;

    public Round(ChangeLog log) {
        this.log = log;
        this.appended = log.durable();
    }

    /// Records the changes among `effects`, releases to `out` what may go, and holds the rest.
    public void run(Effects effects, Consumer<? super Effect> out) {
        for (Effect effect : effects.list()) {
            if (effect instanceof Effect.Persist(Change change)) {
                appended = log.append(change);
            } else if (effect.isImmediate()) {
                out.accept(effect);
            } else if (held.isEmpty() && appended <= log.durable()) {
                out.accept(effect);
            } else {
                held.add(new Held(appended, effect));
            }
        }
    }

    /// Releases what waited for changes that are durable now.
    public void release(Consumer<? super Effect> out) {
        long durable = log.durable();
        for (Held head = held.peek();
                head != null && head.position <= durable;
                head = held.peek()) {
            held.remove();
            out.accept(head.effect);
        }
    }

    /// Whether any effect waits for a change to become durable.
    public boolean isWaiting() {
        return !held.isEmpty();
    }
}
