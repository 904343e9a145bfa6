package dev.caddis.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Lines over a local socket, each under a deadline. One thread uses it.
final class ControlLine {

    private static final int BUFFER_BYTES = 4_096;
    private static final int LINE_BYTES_MAX = 4_096;

    private final SocketChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).limit(0); // not taken yet
    private volatile Duration passed = Duration.ZERO;

    ControlLine(SocketChannel channel) {
        this.channel = channel;
    }

    /// Until it is closed: what is done within is ended after `time`, by closing the channel.
    interface Deadline extends AutoCloseable {
        @Override
        void close();
    }

    /// A deadline for what is done until it is closed.
    Deadline within(Duration time) {
        var done = new CountDownLatch(1);
        Thread.ofVirtual().name("caddis-control-deadline").start(() -> watch(done, time));
        return done::countDown;
    }

    private void watch(CountDownLatch done, Duration time) {
        try {
            if (!done.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
                passed = time;
                channel.close();
            }
        } catch (InterruptedException | IOException e) {
            Thread.currentThread().interrupt(); // nobody interrupts it; and closed it is
        }
    }

    /// @throws IOException when the other end is gone, or a deadline has passed
    void write(String line) throws IOException {
        ByteBuffer out = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        while (out.hasRemaining()) {
            channel.write(out);
        }
    }

    /// @throws IOException as [#write]; or the line is longer than a question may be
    String read() throws IOException {
        return read(LINE_BYTES_MAX);
    }

    /// @throws IOException as [#write]; or the line is longer than `bytesMax`
    String read(int bytesMax) throws IOException {
        try {
            StringBuilder line = new StringBuilder();
            for (int next = next(); next != '\n'; next = next()) {
                line.append((char) next);
                if (line.length() > bytesMax) {
                    throw new IOException("it sent a line without an end");
                }
            }
            return new String(
                    line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        } catch (ClosedChannelException e) {
            throw passed.isZero()
                    ? e
                    : new IOException("it said nothing for " + passed.toSeconds() + " s", e);
        }
    }

    private int next() throws IOException {
        if (!bytes.hasRemaining()) {
            int read = channel.read(bytes.clear());
            bytes.flip();
            if (read < 0) {
                throw new IOException("it went away without a word");
            }
        }
        return bytes.get() & 0xFF;
    }
}
