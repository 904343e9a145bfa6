package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What is done to a journal by hand, while no client has it.
public final class JournalHand {

    private static final long SEGMENT_BYTES = 1 << 20;
    private static final long RECENT_BYTES = 1 << 20;
    private static final int AT_ONCE = 256;

    private JournalHand() {}

    /// Drops every message that waits in the outbox.
    ///
    /// @return how many
    /// @throws StoreException when a client has the folder, or it cannot be used
    public static long purge(Path folder, String clientId) {
        Disk disk = FolderDisk.open(folder);
        try {
            return purge(disk, clientId, FolderDisk.boot());
        } catch (RuntimeException | Error failure) {
            try {
                disk.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
            throw failure;
        }
    }

    /// As [#purge(Path, String)], of any disk.
    public static long purge(Disk disk, String clientId, String boot) {
        var settings = new JournalSettings(clientId, true, SEGMENT_BYTES, RECENT_BYTES, 0, boot);
        JournalStore store =
                JournalStore.open(
                        disk, settings, new SecureRandom()::nextLong, System::currentTimeMillis);
        try {
            return purge(store);
        } finally {
            store.close();
        }
    }

    private static long purge(JournalStore store) {
        SessionState state = store.recover();
        long dropped = 0;
        for (List<Stored> next = read(store, state); !next.isEmpty(); next = read(store, state)) {
            for (Stored each : next) {
                change(
                        store,
                        state,
                        new Change.Dropped(each.sequence(), SessionState.sizeOf(each.message())));
                dropped++;
            }
            store.settle(state, store.clockNanos());
            work(store);
        }
        if (state.outboxMessages() > 0) { // lost by damage
            state.keyedInOutbox().forEach(it -> change(store, state, new Change.KeyFreed(it)));
            change(store, state, new Change.Missing(state.outboxMessages(), state.outboxBytes()));
        }
        return dropped;
    }

    private static void change(JournalStore store, SessionState state, Change change) {
        store.append(change);
        state.apply(change);
    }

    private static List<Stored> read(JournalStore store, SessionState state) {
        List<Stored> messages = store.read(state.cursor(), AT_ONCE);
        while (messages == null) {
            work(store);
            messages = store.read(state.cursor(), AT_ONCE);
        }
        return messages;
    }

    private static void work(JournalStore store) {
        store.work();
        StoreException failure = store.failure();
        if (failure != null) {
            throw failure;
        }
    }

    /// Takes the session out of `folder`, so that another may begin there.
    ///
    /// It may be killed at any moment. The files go oldest first, `newest` and the present segment
    /// last: until then a client that is started finds the state of the session as it was, and is
    /// told which files are gone. They gather in `reset-part-N`, N being the present segment: the
    /// next reset goes on there, unless a client has begun another segment since.
    ///
    /// @param aside a folder that is made for its files, damaged ones included; where `delete`, it
    ///   is not made, and they are deleted
    /// @throws StoreException when a client has the folder, or it cannot be used
    public static void reset(Path folder, Path aside, boolean delete) {
        try (FolderDisk disk = FolderDisk.open(folder)) {
            List<String> session = oldestFirst(disk.names());
            Path part = aside.resolveSibling(partName(session));
            if (!delete) {
                Files.createDirectories(part);
            }
            for (String name : session) {
                if (delete) {
                    disk.delete(name);
                } else {
                    Files.move(folder.resolve(name), part.resolve(name));
                }
            }
            disk.deleteIfThere(Newest.NEXT);
            disk.deleteIfThere(Reserve.NAME);
            if (!delete) {
                FolderDisk.unlocked(part).forceNames();
                Files.move(part, aside);
            }
            disk.forceNames();
        } catch (IOException e) {
            throw new StoreException(
                    "the session folder "
                            + folder
                            + " cannot be reset: "
                            + e
                            + ". Do it as the user who owns it",
                    e);
        }
    }

    /// The files of a session, `newest` before the present segment; what is not ours is left out.
    private static List<String> oldestFirst(List<String> names) {
        List<String> segments = new ArrayList<>(names);
        segments.removeIf(name -> Segment.firstPosition(name) == 0);
        segments.sort(Comparator.comparingLong(Segment::firstPosition));
        if (names.contains(Newest.NAME)) {
            segments.add(Math.max(0, segments.size() - 1), Newest.NAME);
        }
        return segments;
    }

    private static String partName(List<String> session) {
        long present = session.isEmpty() ? 0 : Segment.firstPosition(session.getLast());
        return String.format(Locale.ROOT, "reset-part-%016x", present);
    }
}
