package dev.caddis.mqtt.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/// What a disk cannot read any more counts as zeroes: as damage, which the checks of the records
/// find, so that what stands beside it can still be had.
final class Unreadable {

    private static final int BLOCK = 4 << 10;

    private Unreadable() {}

    /// As [Disk.Reader#read].
    ///
    /// @param lost is run where there is any such block
    /// @throws IOException when the disk does not even tell how long the file is
    static int asZeroes(Disk.Reader file, ByteBuffer bytes, long position, Runnable lost)
            throws IOException {
        int start = bytes.position();
        try {
            return file.read(bytes, position);
        } catch (IOException e) {
            bytes.position(start);
            int read = blocks(file, bytes.slice(), position, lost);
            bytes.position(start + read);
            return read;
        }
    }

    private static int blocks(Disk.Reader file, ByteBuffer bytes, long position, Runnable lost)
            throws IOException {
        int length = Math.clamp(file.size() - position, 0, bytes.limit());
        for (int at = 0; at < length; ) {
            int next = Math.min(length, at + BLOCK - (int) ((position + at) % BLOCK));
            ByteBuffer block = bytes.slice(at, next - at);
            try {
                file.read(block, position + at);
            } catch (IOException e) {
                bytes.put(at, new byte[next - at]);
                lost.run();
            }
            at = next;
        }
        return length;
    }
}
