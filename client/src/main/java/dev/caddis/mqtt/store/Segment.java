package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.session.Change;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/// One file of a journal: what the session was when the file was begun, then its changes.
///
/// ```
/// "CADDISJ" 7 | version 1 | salt 8 | CRC32C of these 4 | records ...
///                                                        the first: Begun
///                                                        the checkpoint: changes, the last an `Outbox`
///                                                        changes and Forced, to the end of the file
/// ```
///
/// Each later version begins with such a head: so what is of a later version is told from what is
/// damaged.
///
/// A file is named after the position of its first record, and is begun only when the one before it
/// is forced. Positions run on from file to file; what a file says from the first position of the
/// next one on was torn off by a power cut, and is void.
///
/// @param salt of its records' checks
/// @param firstSequence its accepted messages have this sequence or a higher one
/// @param checkpointEnd position of the checkpoint's last record; 0 where it is not known
/// @param damaged whether it is set aside under a name of its own
/// @param empty whether no message was accepted while it was the present one: then the file may be
///   gone, and only the positions that it had are known
record Segment(
        long firstPosition,
        long salt,
        long firstSequence,
        long checkpointEnd,
        boolean damaged,
        boolean empty) {

    Segment(
            long firstPosition,
            long salt,
            long firstSequence,
            long checkpointEnd,
            boolean damaged) {
        this(firstPosition, salt, firstSequence, checkpointEnd, damaged, false);
    }

    static final int HEAD = 20;

    private static final String SUFFIX = ".journal";
    private static final String DAMAGED = ".damaged";
    private static final byte[] MAGIC = "CADDISJ".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;
    private static final int BEGUN = 0;

    String name() {
        return name(firstPosition, damaged);
    }

    static String name(long firstPosition, boolean damaged) {
        return String.format(Locale.ROOT, "%016x", firstPosition)
                + SUFFIX
                + (damaged ? DAMAGED : "");
    }

    /// @return 0 where `name` is not that of a segment
    static long firstPosition(String name) {
        return name.matches("[0-9a-f]{16}\\.journal(\\.damaged)?")
                ? Long.parseUnsignedLong(name.substring(0, 16), 16)
                : 0;
    }

    static boolean isDamaged(String name) {
        return name.endsWith(DAMAGED);
    }

    Segment setAside() {
        return new Segment(firstPosition, salt, firstSequence, checkpointEnd, true, empty);
    }

    Segment withoutMessages() {
        return new Segment(firstPosition, salt, firstSequence, checkpointEnd, damaged, true);
    }

    /// What the first record of a segment says.
    ///
    /// @param power as in [JournalSettings]
    /// @param boot of the machine, when it was begun; empty where that cannot be told
    /// @param live the segments before it that recovery may need
    record Begun(
            long firstSequence,
            long checkpointEnd,
            Instants instants,
            boolean power,
            String boot,
            String clientId,
            List<Segment> live) {}

    /// Appends to `sink` what a segment begins with.
    static void begin(Segment segment, Begun begun, List<Change> checkpoint, ByteSink sink) {
        head(segment.salt, sink);
        Frame frame = new Frame(segment.salt);
        long position = segment.firstPosition;
        int start = Frame.begin(position, sink);
        write(begun, sink);
        frame.end(start, sink);
        for (Change change : checkpoint) {
            start = Frame.begin(++position, sink);
            ChangeCodec.write(change, true, sink);
            frame.end(start, sink);
        }
    }

    static void head(long salt, ByteSink sink) {
        ByteBuffer head = ByteBuffer.allocate(HEAD).put(MAGIC).put(VERSION).putLong(salt);
        sink.append(head.putInt(check(head)).array(), 0, HEAD);
    }

    private static void write(Begun begun, ByteSink sink) {
        sink.oneByte(BEGUN);
        sink.eightBytes(begun.firstSequence);
        sink.eightBytes(begun.checkpointEnd);
        begun.instants.write(sink);
        sink.oneByte(begun.power ? 1 : 0);
        ChangeCodec.text(begun.boot, sink);
        ChangeCodec.text(begun.clientId, sink);
        sink.fourBytes(begun.live.size());
        for (Segment each : begun.live) {
            sink.eightBytes(each.firstPosition);
            sink.eightBytes(each.salt);
            sink.eightBytes(each.firstSequence);
            sink.oneByte((each.damaged ? 1 : 0) | (each.empty ? 2 : 0));
        }
    }

    /// @param content of a record
    /// @return `null` where it is not the first of a segment
    static @Nullable Begun begun(ByteBuffer content) {
        if (content.get(0) != BEGUN) {
            return null;
        }
        try {
            content.get();
            long firstSequence = content.getLong();
            long checkpointEnd = content.getLong();
            Instants instants = Instants.read(content);
            boolean power = content.get() != 0;
            String boot = ChangeCodec.text(content);
            String clientId = ChangeCodec.text(content);
            List<Segment> live = new ArrayList<>();
            for (int count = content.getInt(); count > 0; count--) {
                long first = content.getLong();
                long salt = content.getLong();
                long sequence = content.getLong();
                int flags = content.get();
                live.add(new Segment(first, salt, sequence, 0, (flags & 1) != 0, (flags & 2) != 0));
            }
            return new Begun(firstSequence, checkpointEnd, instants, power, boot, clientId, live);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | DamagedException e) {
            return null;
        }
    }

    private static int check(ByteBuffer head) {
        var check = new CRC32C();
        check.update(head.slice(0, HEAD - Integer.BYTES));
        return (int) check.getValue();
    }

    /// The salt of a file, as its head has it.
    ///
    /// @throws DamagedException when it does not begin as a segment
    /// @throws StoreException when a later version of Caddis wrote it
    static long salt(String where, Disk.Reader file) throws IOException, DamagedException {
        ByteBuffer head = ByteBuffer.allocate(HEAD);
        if (Unreadable.asZeroes(file, head, 0, () -> {}) < HEAD) {
            throw new DamagedException("it ends before its head does");
        }
        if (!head.flip().slice(0, MAGIC.length).equals(ByteBuffer.wrap(MAGIC))) {
            throw new DamagedException("it does not begin as a journal does");
        }
        if (head.getInt(HEAD - Integer.BYTES) != check(head)) {
            throw new DamagedException("its head is damaged");
        }
        byte version = head.get(MAGIC.length);
        if (version != VERSION) {
            throw new StoreException(
                    where
                            + " was written by a later version of Caddis (journal format "
                            + version
                            + ", this one knows "
                            + VERSION
                            + "). Start that version, or move the folder away and begin a new"
                            + " session",
                    null);
        }
        return head.getLong(MAGIC.length + 1);
    }
}
