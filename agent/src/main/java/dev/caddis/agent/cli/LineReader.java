package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Reads lines as bytes, whatever their encoding. A line ends at a line feed, which is not part of
/// it; what stands behind the last one is a line unless it is empty.
final class LineReader {

    private static final int LINE_BYTES_MAX = 16 << 20;

    private final InputStream in;
    private final byte[] buffer = new byte[1 << 16];
    private int position;
    private int limit;

    LineReader(InputStream in) {
        this.in = in;
    }

    /// The next line, often empty; `null` at the end.
    ///
    /// @throws IOException also for a line of more than 16 MiB
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            if (position == limit) {
                position = 0;
                limit = Math.max(0, in.read(buffer));
                if (limit == 0) {
                    return line.size() == 0 ? null : line.toByteArray();
                }
            }
            int end = position;
            while (end < limit && buffer[end] != '\n') {
                end++;
            }
            line.write(buffer, position, end - position);
            if (line.size() > LINE_BYTES_MAX) {
                throw new IOException("a line has more than 16 MiB; send it with another tool");
            }
            position = end;
            if (end < limit) {
                position++;
                return line.toByteArray();
            }
        }
    }
}
