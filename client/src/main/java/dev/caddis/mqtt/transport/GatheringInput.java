package dev.caddis.mqtt.transport;

import java.io.IOException;
import java.io.InputStream;

/// Takes as many bytes from the system as there are, and hands them on piece by piece.
///
/// A broker answers with many small TLS records, and `SSLSocket` asks for the header and the body
/// of each on their own: two system calls a record, unless something gathers them. Also knows the
/// moment at which nothing is left and the next read may wait. The reader thread's, but for
/// [#received].
final class GatheringInput extends InputStream {

    /// More than the longest TLS record, 16 KiB and its envelope.
    private static final int GATHERED_BYTES = 32 << 10;

    private final InputStream in;
    private final byte[] gathered = new byte[GATHERED_BYTES];
    private int position;
    private int end;
    private Runnable beforeWaiting = () -> {};
    private volatile boolean received;

    GatheringInput(InputStream in) {
        this.in = in;
    }

    /// As [Link#beforeWaiting].
    void beforeWaiting(Runnable action) {
        beforeWaiting = action;
    }

    /// Whether a byte ever came. Any thread may ask.
    boolean received() {
        return received;
    }

    /// As if none had come, but for those that wait to be read.
    void beginsAnew() {
        received = position < end;
    }

    @Override
    public int read() throws IOException {
        return position < end || gather() ? gathered[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == end && length >= gathered.length) {
            beforeWaiting.run();
            return noted(in.read(bytes, offset, length));
        }
        if (position == end && !gather()) {
            return -1;
        }
        int count = Math.min(length, end - position);
        System.arraycopy(gathered, position, bytes, offset, count);
        position += count;
        return count;
    }

    private boolean gather() throws IOException {
        beforeWaiting.run();
        position = 0;
        end = Math.max(0, noted(in.read(gathered, 0, gathered.length)));
        return end > 0;
    }

    private int noted(int count) {
        if (count > 0 && !received) {
            received = true;
        }
        return count;
    }

    @Override
    public int available() throws IOException {
        return end - position + in.available();
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
