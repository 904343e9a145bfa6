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
    private long heldBytes; // of messages for handlers
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
                if (effect instanceof Effect.Abort(int connection)) {
                    neverBegin(connection);
                }
                out.accept(effect);
            } else {
                follow(effect, out);
            }
        }
    }

    /// An attempt that ended while it waited for a slow disk: nobody would end it any more.
    private void neverBegin(int connection) {
        held.removeIf(waiting ->
                waiting.effect instanceof Effect.Dial dial && dial.connection() == connection);
    }

    /// Releases `effect` behind everything that was recorded and held so far.
    public void follow(Effect effect, Consumer<? super Effect> out) {
        if (held.isEmpty() && appended <= log.durable()) {
            out.accept(effect);
        } else {
            held.add(new Held(appended, effect));
            heldBytes += bytes(effect);
        }
    }

    private static long bytes(Effect effect) {
        return effect instanceof Effect.Deliver deliver ? deliver.message().weight() : 0;
    }

    /// Releases what waited for changes that are durable now.
    public void release(Consumer<? super Effect> out) {
        long durable = log.durable();
        for (Held head = held.peek();
                head != null && head.position <= durable;
                head = held.peek()) {
            held.remove();
            heldBytes -= bytes(head.effect);
            out.accept(head.effect);
        }
    }

    /// How many effects wait.
    public int held() {
        return held.size();
    }

    /// What the messages for handlers among them weigh.
    public long heldBytes() {
        return heldBytes;
    }

    /// Whether any effect waits for a change to become durable.
    public boolean isWaiting() {
        return !held.isEmpty();
    }
}
