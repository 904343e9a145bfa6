package dev.caddis.mqtt.store;

import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Makes a session's state out of a checkpoint and the records behind it.
///
/// Once a record is found missing that must be there, the state is doubtful: what follows counts as
/// far as it can, and whatever may not have reached the broker is kept, to be published as possibly
/// repeated. Nothing that can still be read is lost by it; something may arrive twice.
final class Replay {

    /// What is kept of messages whose fate was in missing records, by weight.
    private static final long DOUBTED_BYTES = 64L << 20;

    private final Disk disk;
    private final Segments segments;
    private final String presentBoot;
    private String boot = ""; // in which the journal was written
    private SessionState state = new SessionState();
    private boolean doubtful;
    private boolean closed;
    private long expected = 1; // the position of the next record
    private long doubtedBytes;
    private long intactBytes = Long.MAX_VALUE; // of the last segment
    private Instants instants = Instants.NONE;
    private boolean anyMessage; // in the last segment that was replayed

    /// @param presentBoot as in [JournalSettings#boot]
    Replay(Disk disk, Segments segments, String presentBoot) {
        this.disk = disk;
        this.segments = segments;
        this.presentBoot = presentBoot;
    }

    SessionState state() {
        return state;
    }

    Instants instants() {
        return instants;
    }

    /// Whether the last process ended in an orderly way.
    boolean isClosed() {
        return closed;
    }

    boolean isDoubtful() {
        return doubtful;
    }

    void doubt() {
        doubtful = true;
    }

    /// Behind the last record that counts.
    long nextPosition() {
        return expected;
    }

    private SegmentReader open(Segment segment) throws IOException {
        return new SegmentReader(
                disk.open(segment.name()), segment.salt(), segment.firstPosition());
    }

    /// Begins with the checkpoint of `segment`.
    ///
    /// @return whether it is whole; else nothing has begun
    boolean checkpoint(Segment segment) throws IOException {
        SessionState read = new SessionState();
        String writtenIn = "";
        try (SegmentReader reader = open(segment)) {
            for (long position = segment.firstPosition();
                    position <= segment.checkpointEnd();
                    position++) {
                SegmentReader.Found found = reader.next(reader.size());
                if (found == null || found.position() != position || found.damaged() > 0) {
                    return false;
                }
                Segment.Begun begun = Segment.begun(found.content().duplicate());
                if (begun != null) {
                    instants = begun.instants();
                    writtenIn = begun.boot();
                } else {
                    read.apply(ChangeCodec.read(found.content()));
                }
            }
        } catch (DamagedException e) {
            return false;
        }
        state = read;
        boot = writtenIn;
        expected = segment.checkpointEnd() + 1;
        return true;
    }

    /// Goes on with the changes in `segment`, and where there is no checkpoint to begin with, with
    /// what is left of its own.
    ///
    /// @param next takes over from it; `null`: it is the last
    /// @return whether there is any change behind the checkpoint
    boolean run(Segment segment, @Nullable Segment next) throws IOException {
        long end = next == null ? Long.MAX_VALUE : next.firstPosition();
        boolean hasBase = expected > 1;
        boolean any = false;
        anyMessage = false;
        intactBytes = Long.MAX_VALUE;
        try (SegmentReader reader = open(segment)) {
            long intact = reader.offset();
            for (SegmentReader.Found found = reader.next(reader.size());
                    found != null && found.position() < end;
                    found = reader.next(reader.size())) {
                if (hasBase && found.position() <= segment.checkpointEnd()) {
                    intact = reader.offset();
                    continue;
                }
                if (found.position() > expected && !doubtful) {
                    if (next == null && mayBeTorn() && !isCalledDurable(expected, segment)) {
                        break; // torn: nothing from here on was ever durable
                    }
                    damage(segment, found.position());
                }
                expected = found.position() + 1;
                apply(segment, found);
                any = true;
                intact = reader.offset();
            }
            if (next == null && reader.isUnreadable() && !doubtful) { // it may have had records
                doubtful = true;
                segments.setAside(segment, "its end cannot be read");
            }
            intactBytes = doubtful ? Long.MAX_VALUE : intact;
        }
        if (next != null) {
            if (expected < end && !doubtful) {
                damage(segment, end);
            }
            expected = Math.max(end, next.checkpointEnd() + 1);
        }
        if (!anyMessage && !doubtful) {
            segments.empty(segment);
        }
        return any;
    }

    private void damage(Segment segment, long position) throws IOException {
        doubtful = true;
        segments.setAside(
                segment,
                position
                        - expected
                        + " records of the session from "
                        + expected
                        + " on are damaged");
    }

    /// Whether the power may have gone since the journal was written. What the end of a process
    /// leaves has no holes.
    private boolean mayBeTorn() {
        return boot.isEmpty() || !boot.equals(presentBoot);
    }

    private boolean isCalledDurable(long position, Segment segment) throws IOException {
        try (SegmentReader reader = open(segment)) {
            for (SegmentReader.Found found = reader.next(reader.size());
                    found != null;
                    found = reader.next(reader.size())) {
                Forced forced = Forced.read(found.content());
                if (forced != null && forced.position() >= position) {
                    return true;
                }
            }
            return false;
        }
    }

    private void apply(Segment segment, SegmentReader.Found found) throws IOException {
        closed = false;
        Forced forced = Forced.read(found.content());
        if (forced != null) {
            instants = forced.instants();
            closed = forced.last();
            return;
        }
        try {
            Entry entry = Entry.of(found.content());
            ChangeCodec.Opened opened = ChangeCodec.Opened.of(found.content());
            if (entry != null) {
                anyMessage = true;
                state.accepted(
                        entry.sequence(),
                        entry.messagesBefore(),
                        entry.bytesBefore(),
                        entry.size(),
                        entry.key());
            } else if (opened != null) {
                opened(opened);
            } else if (Segment.begun(found.content().duplicate()) == null) {
                changed(ChangeCodec.read(found.content()));
            }
        } catch (DamagedException | IllegalArgumentException e) {
            doubtful = true;
            segments.setAside(segment, "record " + found.position() + ": " + e.getMessage());
        }
    }

    private void opened(ChangeCodec.Opened opened) throws IOException {
        if (!doubtful || keepUpTo(opened.sequence())) {
            state.opened(
                    opened.sequence(),
                    opened.packetId(),
                    opened.possiblyRepeated(),
                    opened.qos(),
                    opened.size());
        }
    }

    private void changed(Change change) throws IOException {
        boolean counts =
                !doubtful
                        || switch (change) {
                            case Change.Dropped dropped -> keepUpTo(dropped.sequence());
                            case Change.Sent sent -> keepUpTo(sent.sequence());
                            case Change.Opened opened -> keepUpTo(opened.sequence());
                            default -> true;
                        };
        if (counts) {
            state.apply(change);
        }
    }

    /// The message of `sequence` leaves the outbox, and what is still in front of it there left it
    /// by a record that is missing: that may not have reached the broker, and is kept.
    ///
    /// @return whether it does leave: else it was long ago, or too much is in front of it
    private boolean keepUpTo(long sequence) throws IOException {
        if (sequence < state.cursor()) {
            return state.toPublishAgain(sequence).isPresent();
        }
        try (Backlog backlog = backlog()) {
            Stored doubted = backlog.nextMessage(state.cursor());
            while (doubted != null && doubted.sequence() < sequence) {
                doubtedBytes += doubted.message().weight();
                if (doubtedBytes > DOUBTED_BYTES) {
                    return false;
                }
                Publish message = doubted.message();
                state.apply(new Change.Sent(doubted.sequence(), SessionState.sizeOf(message)));
                if (message.qos() != Qos.AT_MOST_ONCE) { // else it was sent, once at most
                    state.apply(new Change.Again(doubted.sequence(), message));
                }
                doubted = backlog.nextMessage(doubted.sequence() + 1);
            }
        }
        return true;
    }

    private Backlog backlog() {
        List<Segment> all = segments.list();
        long last = all.isEmpty() ? 0 : all.getLast().firstPosition();
        return new Backlog(
                disk,
                segments,
                segment -> segment.firstPosition() == last ? intactBytes : Long.MAX_VALUE);
    }

    /// Reads the messages of the exchanges that are open at the end.
    void fill() throws IOException {
        state.unite();
        List<Long> unfilled = state.unfilled();
        if (unfilled.isEmpty()) {
            return;
        }
        Map<Long, Publish> messages = new HashMap<>();
        try (Backlog backlog = backlog()) {
            Stored found = null;
            for (long sequence : unfilled) {
                if (found == null || found.sequence() < sequence) {
                    found = backlog.nextMessage(sequence);
                }
                if (found != null && found.sequence() == sequence) {
                    messages.put(sequence, found.message());
                }
            }
        }
        state.fill(messages);
        if (messages.size() < unfilled.size()) {
            doubtful = true;
            segments.tell(
                    new JournalDamage(
                            disk.name(),
                            unfilled.size()
                                    - messages.size()
                                    + " messages that were on their way are lost"));
        }
    }
}
