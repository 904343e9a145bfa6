package dev.caddis.mqtt.session;

/// What the parts of a session share while one input is worked on: the time, the durable state, and
/// where effects go.
final class Step {

    final SessionSettings settings;
    final SessionState state;
    final Jitter jitter;
    Effects effects = new Effects();
    long now;

    Step(SessionSettings settings, SessionState state, Jitter jitter) {
        this.settings = settings;
        this.state = state;
        this.jitter = jitter;
    }

    /// Changes the state and records the change; what is added after it waits until it is durable.
    void persist(Change change) {
        state.apply(change);
        effects.add(new Effect.Persist(change));
    }
}
