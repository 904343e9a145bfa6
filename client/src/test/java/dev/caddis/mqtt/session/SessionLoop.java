package dev.caddis.mqtt.session;

import java.util.ArrayDeque;
import java.util.function.Consumer;

/// Steps a session and carries out its effects by the [Round], as the engine does: what answers an
/// effect is stepped before anything else happens. A process that dies takes it along.
final class SessionLoop {

    private final Session session;
    private final Round round;
    private final Consumer<Effect> out;
    private final Effects effects = new Effects();
    private final ArrayDeque<Input> answers = new ArrayDeque<>();

    SessionLoop(Session session, ChangeLog log, Consumer<Effect> out) {
        this.session = session;
        this.round = new Round(log);
        this.out = out;
    }

    /// Steps `input`; what comes of it waits for [#carryOut].
    void take(Input input, long now) {
        session.step(input, now, effects);
    }

    /// What the effect in hand has led to; stepped next.
    void answer(Input input) {
        answers.add(input);
    }

    /// Carries out what may go by now, until nothing more comes of it.
    void carryOut(long now) {
        do {
            for (Input next = answers.poll(); next != null; next = answers.poll()) {
                session.step(next, now, effects);
            }
            round.run(effects, out);
            effects.clear();
            round.release(out);
        } while (!answers.isEmpty());
    }

    /// Whether any effect waits for a change to become durable.
    boolean isWaiting() {
        return round.isWaiting();
    }
}
