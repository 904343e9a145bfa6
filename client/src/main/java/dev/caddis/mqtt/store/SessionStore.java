package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.ChangeLog;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import java.util.List;

/// Keeps one session: its changes in order, and the messages of its outbox.
///
/// The owner thread of the session calls it.
public interface SessionStore extends ChangeLog, AutoCloseable {

    /// The state as the recorded changes leave it; called once, first.
    SessionState recover();

    /// Up to `count` messages of the outbox from `fromSequence` on, in order of acceptance. Empty
    /// only where there is none.
    List<Stored> read(long fromSequence, int count);

    @Override
    void close();
}
