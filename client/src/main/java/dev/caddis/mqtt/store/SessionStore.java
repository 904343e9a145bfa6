package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.ChangeLog;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Keeps one session: its changes in order, and the messages of its outbox.
///
/// The owner thread of the session calls it, and no call waits for a disk.
public interface SessionStore extends ChangeLog, AutoCloseable {

    /// The state as the recorded changes leave it; called once, first.
    SessionState recover();

    /// What the session's clock shows now that it goes on, in nanoseconds; it runs on between
    /// processes.
    default long clockNanos() {
        return 0;
    }

    /// Bytes written to files so far. Any thread.
    default long writtenBytes() {
        return 0;
    }

    /// Damage that was found since the last call.
    default List<JournalDamage> takeDamages() {
        return List.of();
    }

    /// How much more may come.
    default Room room() {
        return Room.PLENTY;
    }

    /// What [#room] says.
    enum Room {
        PLENTY,
        /// The disk is slower than what is handed in: wait.
        BEHIND,
        /// The disk is full, or its free part is below the bound: the outbox may not grow.
        FULL
    }

    /// From here on `wake` is run, on any thread, whenever more is durable, what [#read] could not
    /// give is there, or the store has failed.
    void onProgress(Runnable wake);

    /// Up to `count` messages of the outbox from `fromSequence` on, in order of acceptance. Empty
    /// only where there is none; `null` while they are on their way.
    ///
    /// @param fromSequence behind everything that was given before
    @Nullable List<Stored> read(long fromSequence, int count);

    /// A round is over: what was appended may be written.
    ///
    /// @param state as it is with all changes that were appended
    /// @param nowNanos on the session's clock
    void settle(SessionState state, long nowNanos);

    /// Why nothing more becomes durable; `null` while all is well.
    @Nullable StoreException failure();

    /// Ends it; what was appended is written first.
    @Override
    void close();
}
