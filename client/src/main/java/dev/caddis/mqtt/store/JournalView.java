package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A journal that somebody else may have, as it is read beside him: recovery is tried on it, and
/// nothing is written, renamed or deleted.
///
/// One thread at a time uses it.
public final class JournalView implements Closeable {

    /// While it is read, files come and go.
    private static final int ATTEMPTS = 10;

    private static final long NO_LIMIT = Long.MAX_VALUE;

    private final Disk disk;
    private final String clientId;
    private final SessionState state;
    private final Instants instants;
    private final int segments;
    private final Backlog backlog;
    private long next;

    private JournalView(Disk disk, String clientId, Recovery recovery, Segments segments)
            throws IOException {
        this.disk = disk;
        this.clientId = clientId;
        this.state = recovery.state();
        this.instants = recovery.instants();
        this.segments =
                (int) disk.names().stream().filter(it -> Segment.firstPosition(it) > 0).count();
        this.backlog = new Backlog(disk, segments, segment -> NO_LIMIT);
        this.next = state.cursor();
    }

    /// Whose session `folder` keeps; empty where it keeps none, or nothing in it tells.
    ///
    /// @throws StoreException when it cannot be read, or a later version of Caddis wrote it
    public static Optional<String> clientId(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.empty();
        }
        try (Disk disk = FolderDisk.unlocked(folder)) {
            return Recovery.owner(disk);
        } catch (IOException e) {
            throw unreadable(folder.toString(), e);
        }
    }

    /// @return empty where `folder` keeps no session
    /// @throws StoreException when it cannot be read, or a later version of Caddis wrote it
    public static Optional<JournalView> open(Path folder) {
        return Files.isDirectory(folder)
                ? of(FolderDisk.unlocked(folder), FolderDisk.boot())
                : Optional.empty();
    }

    /// As [#open(Path)], of any disk.
    ///
    /// @param boot as in [JournalSettings#boot]
    public static Optional<JournalView> of(Disk disk, String boot) {
        try {
            Optional<String> owner = Recovery.owner(disk);
            return owner.isPresent()
                    ? Optional.of(view(disk, owner.get(), boot))
                    : Optional.empty();
        } catch (IOException e) {
            throw unreadable(disk.name(), e);
        }
    }

    private static JournalView view(Disk disk, String owner, String boot) throws IOException {
        var settings = new JournalSettings(owner, true, 0, 0, 0, boot);
        for (int attempt = 1; ; attempt++) {
            var untouched = new UntouchedDisk(disk);
            var segments = new Segments(untouched);
            var recovery = new Recovery(untouched, settings, segments);
            try {
                recovery.run();
                return new JournalView(untouched, owner, recovery, segments);
            } catch (NoSuchFileException e) { // deleted since it was listed: all of it is sent
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    static StoreException unreadable(String folder, IOException e) {
        return new StoreException(
                "the session folder "
                        + folder
                        + " cannot be read: "
                        + e
                        + ". May this user read it?",
                e);
    }

    public String clientId() {
        return clientId;
    }

    /// The session as it was a moment ago.
    public SessionState state() {
        return state;
    }

    /// Files that hold it.
    public int segments() {
        return segments;
    }

    /// What a point on the session's clock was on the wall's, in milliseconds since 1970.
    public long wallMillis(long sessionNanos) {
        return instants.wall() - TimeUnit.NANOSECONDS.toMillis(instants.session() - sessionNanos);
    }

    /// The messages that have left the outbox and are not acknowledged.
    public List<Change> open() {
        List<Change> open = new ArrayList<>(state.checkpoint());
        open.removeIf(
                change -> !(change instanceof Change.Opened) && !(change instanceof Change.Again));
        return open;
    }

    /// The next message of the outbox; `null` where none is left.
    public @Nullable Stored next() {
        try {
            Stored message = backlog.nextMessage(next);
            if (message != null) {
                next = message.sequence() + 1;
            }
            return message;
        } catch (IOException e) {
            throw unreadable(disk.name(), e);
        }
    }

    @Override
    public void close() {
        try {
            backlog.close();
            disk.close();
        } catch (IOException e) {
            throw unreadable(disk.name(), e);
        }
    }
}
