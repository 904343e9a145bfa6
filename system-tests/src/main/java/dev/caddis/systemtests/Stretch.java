package dev.caddis.systemtests;

import dev.caddis.mqtt.packet.Bytes;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// One direction of a [Link]: one thread reads, another writes what has been on its way long
/// enough.
final class Stretch {

    /// What may be on its way: beyond that the sender is held back, as a full network does.
    private static final int PIECES_MAX = 64;

    private static final int PIECE_BYTES = 16 * 1024;
    private static final int PIECES_PER_SECOND = 50;
    private static final int LOOK_MILLIS = 100;

    /// @param bytes none where the sender has ended
    private record Piece(long dueNanos, Bytes bytes) {
        boolean isEnd() {
            return bytes.isEmpty();
        }
    }

    private final Socket from;
    private final Socket to;
    private final Supplier<Weather> weather;
    private final boolean toBroker;
    private final AtomicLong passed = new AtomicLong();
    private final BlockingQueue<Piece> onTheWay = new ArrayBlockingQueue<>(PIECES_MAX);
    private long lastDue;

    Stretch(Socket from, Socket to, Supplier<Weather> weather, boolean toBroker) {
        this.from = from;
        this.to = to;
        this.weather = weather;
        this.toBroker = toBroker;
    }

    /// Reads until the sender's end, which travels like a piece.
    void read() throws IOException, InterruptedException {
        InputStream in = from.getInputStream();
        byte[] buffer = new byte[PIECE_BYTES];
        while (true) {
            long rate = weather.get().bytesPerSecond();
            int most =
                    rate == 0 ? PIECE_BYTES : Math.clamp(rate / PIECES_PER_SECOND, 1, PIECE_BYTES);
            int count = in.read(buffer, 0, most);
            if (count < 0) {
                put(Bytes.EMPTY);
                return;
            }
            if (rate > 0) {
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(count) / rate);
            }
            put(Bytes.wrap(Arrays.copyOf(buffer, count)));
        }
    }

    private void put(Bytes bytes) throws InterruptedException {
        Weather now = weather.get();
        long jitter = now.jitter().toNanos();
        long due =
                System.nanoTime()
                        + now.latency().toNanos()
                        + (jitter == 0 ? 0 : ThreadLocalRandom.current().nextLong(jitter));
        lastDue = Math.max(due, lastDue);
        onTheWay.put(new Piece(lastDue, bytes));
    }

    /// Writes until the end has arrived.
    ///
    /// @param gate waited for before each piece
    /// @throws IOException where the weather cuts the connection
    void write(Passage gate) throws IOException, InterruptedException {
        OutputStream out = to.getOutputStream();
        while (true) {
            Piece next = onTheWay.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            if (next == null) { // nothing comes: was the connection cut meanwhile?
                gate.pass();
                continue;
            }
            for (long left = next.dueNanos - System.nanoTime();
                    left > 0;
                    left = next.dueNanos - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            gate.pass();
            Weather now = weather.get();
            if (now.deaf() && !toBroker) {
                continue; // nobody will ever know
            }
            if (next.isEnd()) {
                to.shutdownOutput();
                return;
            }
            byte[] bytes = next.bytes.toByteArray();
            int count = bytes.length;
            long before = passed.getAndAdd(count);
            if (toBroker && now.cutAfterBytes() > 0 && before + count >= now.cutAfterBytes()) {
                out.write(bytes, 0, (int) Math.max(0, now.cutAfterBytes() - before));
                throw new IOException("cut after " + now.cutAfterBytes() + " bytes");
            }
            out.write(bytes);
        }
    }

    /// A place where pieces may be held back.
    @FunctionalInterface
    interface Passage {
        void pass() throws IOException, InterruptedException;
    }
}
