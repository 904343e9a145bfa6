package dev.caddis.mqtt.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/// The file `reserve`: room that is held while there is plenty, and given back to the disk when it
/// is full, so that acknowledgements and drops can still be recorded and the journal can shrink
/// (law 5).
///
/// One thread at a time uses it.
final class Reserve {

    static final String NAME = "reserve";
    private static final int CHUNK = 64 << 10;
    private static final int LOOKS = 120;

    private final Disk disk;
    private final long bytes;
    private final long minFreeBytes;
    private boolean held;
    private int looks; // until it is tried again, after the disk did not give it
    private volatile boolean full; // written by that thread, read by any

    Reserve(Disk disk, long bytes, long minFreeBytes) throws IOException {
        this.disk = disk;
        this.bytes = bytes;
        this.minFreeBytes = minFreeBytes;
        held = disk.names().contains(NAME);
    }

    /// Whether the outbox may not grow.
    boolean isFull() {
        return full;
    }

    /// After so many bytes written it is time to look again.
    long checkBytes() {
        return bytes / 8;
    }

    /// Looks how much room the disk has: gives the reserve back where it is needed, and takes it
    /// again where there is plenty.
    void check() throws IOException {
        long room = disk.room();
        if (held && room < bytes / 2) {
            release();
        } else if ((looks == 0 || --looks == 0) && !held && room >= 4 * bytes + minFreeBytes) {
            take(); // at the last look, so that what a quota refuses never counts as room
        }
        full = looks > 0 || room < minFreeBytes + (held ? bytes : 2 * bytes);
    }

    /// Gives the reserve back where there is not room for `needed` without it.
    ///
    /// @return whether it did
    boolean makeRoom(long needed) throws IOException {
        boolean needs = held && disk.room() < needed + bytes / 2;
        if (needs) {
            release();
            full = true;
        }
        return needs;
    }

    /// Gives the reserve back, if it is there.
    void release() throws IOException {
        disk.deleteIfThere(NAME);
        held = false;
    }

    private void take() throws IOException {
        try (Disk.Writer file = disk.create(NAME)) {
            for (long left = bytes; left > 0; left -= CHUNK) {
                file.write(ByteBuffer.allocate((int) Math.min(CHUNK, left)));
            }
            file.force();
        } catch (IOException e) { // a quota may leave less than the disk shows
            release();
            looks = LOOKS;
            return;
        }
        held = true;
    }
}
