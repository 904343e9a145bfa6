package dev.caddis.mqtt.store;

import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.Place;
import dev.caddis.mqtt.session.SessionState;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What a journal says of its session: the newest checkpoint that is whole, and the changes after
/// it.
///
/// A record that a power cut tore at the end was never durable, and is nothing. Whatever else is
/// missing is damage: the file is set aside, every record that can still be read counts, and the
/// session is doubtful ([Replay#doubt]).
final class Recovery {

    /// Sequences go on so much higher in the next process: the last ones may have been given out
    /// and not been durable, or given to what the journal does not keep, and no sequence is given
    /// twice.
    private static final long NEXT_LIFE = 1_000_000_000;

    /// A file of the folder, as far as it can be read.
    ///
    /// @param salt `null` where the head cannot be read
    /// @param trouble why `begun` is `null`
    private record File(
            long firstPosition,
            boolean setAside,
            @Nullable Long salt,
            Segment.@Nullable Begun begun,
            String trouble) {

        String name() {
            return Segment.name(firstPosition, setAside);
        }

        boolean isBehind(File other) {
            return firstPosition > other.firstPosition;
        }
    }

    private final Disk disk;
    private final JournalSettings settings;
    private final Segments segments;
    private @Nullable Newest newest;
    private boolean newestIsLost;
    private long nextPosition = 1;
    private long firstCursor = 1;
    private Instants instants = Instants.NONE;
    private SessionState state = new SessionState();

    /// @param segments gets those that may hold messages of the outbox, and the damage
    Recovery(Disk disk, JournalSettings settings, Segments segments) {
        this.disk = disk;
        this.settings = settings;
        this.segments = segments;
    }

    SessionState state() {
        return state;
    }

    /// The last moment that is known, as both clocks had it.
    Instants instants() {
        return instants;
    }

    /// Where the next segment begins.
    long nextPosition() {
        return nextPosition;
    }

    /// The cursor of the checkpoint that was the base of it all: messages from there on are needed
    /// until the next checkpoint but one.
    long firstCursor() {
        return firstCursor;
    }

    void run() throws IOException {
        readNewest();
        List<File> files = files();
        if (files.isEmpty() && newest == null && !newestIsLost) {
            return; // a new session
        }
        Replay replay = new Replay(disk, segments, settings.boot());
        File base = base(files, replay);
        if (base == null) {
            if (newest == null && !newestIsLost && wasNeverBegun(files)) {
                return;
            }
            replay.doubt();
            segments.tell(new JournalDamage(disk.name(), "no checkpoint of the session is whole"));
        }
        makeCertain(base, files);
        List<File> behind = new ArrayList<>();
        for (File file : files) {
            if (base == null || file.isBehind(base)) {
                behind.add(file);
            } else if (base.isBehind(file)) {
                deleteUnlessKnown(file);
            }
        }
        replayAll(replay, base, behind);
        finish(replay, base, files);
    }

    /// What a killed process wrote, or named, need not be on the disk yet; from here on things are
    /// sent that depend on it, and files deleted that it makes useless (law 1).
    private void makeCertain(@Nullable File base, List<File> files) throws IOException {
        for (File file : files) {
            if (base == null || !base.isBehind(file)) {
                disk.force(file.name());
            }
        }
        disk.forceNames();
    }

    /// Whether the process ended while it made the first file: `newest` follows as soon as that is
    /// forced, and is never deleted.
    private boolean wasNeverBegun(List<File> files) throws IOException {
        File only = files.getFirst();
        return files.size() == 1
                && only.firstPosition == 1
                && !only.setAside
                && (only.salt == null || hasNoMessage(only, only.salt));
    }

    private boolean hasNoMessage(File file, long salt) throws IOException {
        try (var reader = new SegmentReader(disk.open(file.name()), salt, file.firstPosition)) {
            return scanned(file, salt, reader).firstSequence() == Long.MAX_VALUE;
        }
    }

    private void readNewest() throws IOException {
        try {
            newest = Newest.read(disk);
        } catch (DamagedException e) {
            newestIsLost = true;
        }
    }

    /// Whose session the disk keeps: the client id, as the newest segment has it that tells.
    ///
    /// @throws StoreException when a later version of Caddis wrote it
    static Optional<String> owner(Disk disk) throws IOException {
        List<String> names = new ArrayList<>(disk.names());
        names.removeIf(name -> Segment.firstPosition(name) == 0);
        names.sort(Comparator.comparingLong(Segment::firstPosition));
        for (String name : names.reversed()) {
            Segment.Begun begun = begun(disk, name);
            if (begun != null) {
                return Optional.of(begun.clientId());
            }
        }
        return Optional.empty();
    }

    private static Segment.@Nullable Begun begun(Disk disk, String name) throws IOException {
        try (Disk.Reader file = disk.open(name)) {
            long salt = Segment.salt(name + " in " + disk.name(), file);
            return begun(file, salt, Segment.firstPosition(name));
        } catch (DamagedException | NoSuchFileException e) {
            return null; // another may tell
        }
    }

    private List<File> files() throws IOException {
        List<File> files = new ArrayList<>();
        for (String name : disk.names()) {
            if (Segment.firstPosition(name) > 0) {
                files.add(file(name));
            }
        }
        files.sort(Comparator.comparingLong(File::firstPosition));
        return files;
    }

    private File file(String name) throws IOException {
        long first = Segment.firstPosition(name);
        String trouble = "";
        try (Disk.Reader file = disk.open(name)) {
            Long salt = null;
            try {
                salt = Segment.salt(name + " in " + disk.name(), file);
            } catch (DamagedException e) {
                trouble = String.valueOf(e.getMessage());
            }
            if (newest != null && newest.firstPosition() == first && !isSalt(file, salt, first)) {
                salt = newest.salt();
            }
            Segment.Begun begun = salt == null ? null : begun(file, salt, first);
            if (begun != null) {
                requireOwn(begun.clientId());
            } else if (trouble.isEmpty()) {
                trouble = "its first record is damaged";
            }
            return new File(first, Segment.isDamaged(name), salt, begun, trouble);
        }
    }

    /// Whether anything in the file is checked with `salt`.
    private static boolean isSalt(Disk.Reader file, @Nullable Long salt, long first)
            throws IOException {
        return salt != null && new SegmentReader(file, salt, first).next(file.size()) != null;
    }

    private static Segment.@Nullable Begun begun(Disk.Reader file, long salt, long first)
            throws IOException {
        SegmentReader.Found found = new SegmentReader(file, salt, first).next(file.size());
        return found == null || found.position() != first ? null : Segment.begun(found.content());
    }

    private void requireOwn(String owner) {
        if (!owner.equals(settings.clientId())) {
            throw new StoreException(
                    "the journal in "
                            + disk.name()
                            + " belongs to client id \""
                            + owner
                            + "\", and this client has \""
                            + settings.clientId()
                            + "\". Give it that id, or a folder of its own; `caddis session reset`"
                            + " ends the old session",
                    null);
        }
    }

    /// What waits in the outbox was handed in for these brokers, and for no others.
    private void requireOwnGroup() {
        Place place = state.place().orElse(null);
        if (place != null && !settings.hosts().isEmpty() && !place.belongsTo(settings.hosts())) {
            throw new StoreException(
                    "the journal in "
                            + disk.name()
                            + " belongs to the brokers at "
                            + String.join(", ", place.hosts())
                            + ", and this client is given "
                            + String.join(", ", settings.hosts())
                            + ". To take the session and what waits in it along, give one of the"
                            + " former as a further broker until it has moved; or give it a folder"
                            + " of its own; `caddis session reset` ends the old session",
                    null);
        }
    }

    /// The file with the newest checkpoint that is whole, which `replay` now has.
    private @Nullable File base(List<File> files, Replay replay) throws IOException {
        for (File file : files.reversed()) {
            if (file.begun != null && file.salt != null) {
                Segment segment = segment(file, file.salt);
                if (replay.checkpoint(segment)) {
                    firstCursor = replay.state().cursor();
                    addLive(file.begun, files);
                    segments.add(segment);
                    return file;
                }
            }
        }
        return null;
    }

    /// What a segment says of those before it is more certain than what is in the folder: a file
    /// may be gone, or have lost its head.
    private void addLive(Segment.Begun begun, List<File> files) throws IOException {
        List<Segment> lives = begun.live();
        for (int at = 0; at < lives.size(); at++) {
            Segment live = lives.get(at);
            long next =
                    at + 1 < lives.size()
                            ? lives.get(at + 1).firstSequence()
                            : begun.firstSequence();
            if (next <= firstCursor) {
                continue; // dead since then, and perhaps deleted
            }
            File file = null;
            for (File each : files) {
                file = each.firstPosition == live.firstPosition() ? each : file;
            }
            segments.add(file != null && file.setAside ? live.setAside() : live);
            if (live.empty()) {
                continue; // the file may be gone
            }
            if (file == null) {
                segments.missing(live);
            } else if (file.begun == null) {
                segments.setAside(live, file.trouble);
            }
        }
    }

    /// A file that was deleted may be there again after a power cut; what was set aside stays.
    private void deleteUnlessKnown(File file) throws IOException {
        boolean known =
                segments.list().stream()
                        .anyMatch(each -> each.firstPosition() == file.firstPosition);
        if (!known && !file.setAside) {
            disk.delete(file.name());
        }
    }

    /// @param behind the files behind `base`: those that were the present one at some time, and at
    ///   most one that was only about to be
    private void replayAll(Replay replay, @Nullable File base, List<File> behind)
            throws IOException {
        for (File file : behind) {
            if (base != null && !wasPresent(file)) {
                if (!file.setAside) {
                    disk.delete(file.name());
                }
            } else if (file.salt == null) {
                segments.setAside(
                        new Segment(file.firstPosition, 0, 0, 0, file.setAside), file.trouble);
                replay.doubt();
            } else {
                Segment segment = segment(file, file.salt);
                segments.add(segment);
                segments.setAside(segment, "its checkpoint is damaged");
            }
        }
        List<Segment> all = segments.list();
        int first = 0;
        while (base != null && all.get(first).firstPosition() < base.firstPosition) {
            first++;
        }
        for (int at = first; at < all.size(); at++) {
            boolean last = at + 1 == all.size();
            boolean any = replay.run(all.get(at), last ? null : all.get(at + 1));
            if (last && !any && base != null && all.get(at).firstPosition() > base.firstPosition) {
                replay.doubt(); // its checkpoint is damaged, and whatever was behind it may be too
            }
        }
        if (newest != null
                && (all.isEmpty() || newest.firstPosition() > all.getLast().firstPosition())
                && behind.stream()
                        .noneMatch(each -> each.firstPosition == newest.firstPosition())) {
            Segment gone =
                    new Segment(
                            newest.firstPosition(),
                            newest.salt(),
                            replay.state().lastAccepted() + 1,
                            newest.checkpointEnd(),
                            false);
            segments.add(gone);
            segments.missing(gone);
            replay.doubt();
        }
    }

    /// Without `newest` nothing was ever accepted; a file with a message tells that somebody took
    /// it away.
    private boolean wasPresent(File file) throws IOException {
        if (newest != null) {
            return newest.firstPosition() >= file.firstPosition;
        }
        return newestIsLost || (file.salt != null && !hasNoMessage(file, file.salt));
    }

    private Segment segment(File file, long salt) throws IOException {
        if (file.begun != null) {
            return new Segment(
                    file.firstPosition,
                    salt,
                    file.begun.firstSequence(),
                    file.begun.checkpointEnd(),
                    file.setAside);
        }
        try (var reader = new SegmentReader(disk.open(file.name()), salt, file.firstPosition)) {
            return scanned(file, salt, reader);
        }
    }

    /// What the first record would have said, as far as the others tell it.
    private static Segment scanned(File file, long salt, SegmentReader reader) throws IOException {
        long checkpointEnd = 0;
        for (SegmentReader.Found found = reader.next(reader.size());
                found != null;
                found = reader.next(reader.size())) {
            Entry entry = Entry.of(found.content());
            if (entry != null) {
                return new Segment(
                        file.firstPosition, salt, entry.sequence(), checkpointEnd, file.setAside);
            }
            if (checkpointEnd == 0 && ChangeCodec.isOutbox(found.content())) {
                checkpointEnd = found.position();
            }
        }
        return new Segment(file.firstPosition, salt, Long.MAX_VALUE, checkpointEnd, file.setAside);
    }

    private void finish(Replay replay, @Nullable File base, List<File> files) throws IOException {
        replay.fill();
        state = replay.state();
        requireOwnGroup();
        instants = replay.instants();
        if (base != null && base.begun != null && hadPowerCut(base.begun) && !replay.isClosed()) {
            segments.tell(
                    new JournalDamage(
                            disk.name(),
                            "the machine was restarted, and at durability `process` the last"
                                    + " changes may be lost"));
            replay.doubt();
        }
        nextPosition = replay.nextPosition();
        if (replay.isDoubtful()) {
            for (File file : files) {
                nextPosition = Math.max(nextPosition, file.firstPosition + 1);
            }
            if (newest != null) {
                nextPosition = Math.max(nextPosition, newest.checkpointEnd() + 1);
            }
        }
        state.skipSequences(NEXT_LIFE);
        if (replay.isDoubtful()) {
            state.apply(new Change.Doubtful(state.lastAccepted()));
        }
    }

    private boolean hadPowerCut(Segment.Begun begun) {
        return !begun.power() && !begun.boot().equals(settings.boot());
    }
}
