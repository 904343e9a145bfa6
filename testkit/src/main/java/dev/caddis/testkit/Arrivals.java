package dev.caddis.testkit;

import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// What a client sends, taken from the socket by a thread of its own, so that the client never
/// waits for the script unless the script says so ([#stall]).
final class Arrivals {

    private static final int MAXIMUM_PACKET_SIZE = 268_435_460;

    /// One arrival, or the end.
    sealed interface Arrival {}

    /// A packet, and its bytes.
    record Arrived(Packet packet, Bytes bytes) implements Arrival {}

    /// The client closed in order.
    record Closed() implements Arrival {}

    /// The connection was reset, or failed otherwise.
    record Broken(String why) implements Arrival {}

    /// Bytes that are no packet a client may send.
    record Malformed(String why) implements Arrival {}

    private final InputStream input;
    private final Runnable afterEnd;
    private final Thread thread;
    private final PacketReader reader =
            new PacketReader(Sender.CLIENT, ProtocolVersion.V5, MAXIMUM_PACKET_SIZE);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Arrival> waiting = new ArrayDeque<>();
    private boolean stalled;
    private boolean over;

    /// @param afterEnd runs once nothing more can come
    Arrivals(String name, InputStream input, boolean stalled, Runnable afterEnd) {
        this.input = input;
        this.stalled = stalled;
        this.afterEnd = afterEnd;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::takeAll);
    }

    void start() {
        thread.start();
    }

    /// Takes nothing more from the socket, but for one packet that may be under way.
    void stall() {
        setStalled(true);
    }

    void goOn() {
        setStalled(false);
    }

    /// The next arrival, waited for at most so long; `null` if there is none. The end stays: it
    /// comes at every later call.
    @Nullable Arrival next(Duration patience) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (waiting.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
            Arrival first = waiting.peek();
            if (first instanceof Arrived) {
                waiting.remove();
            }
            return first;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while the script waited for a client", e);
        } finally {
            lock.unlock();
        }
    }

    /// Ends the thread, whose socket is closed.
    void join() {
        goOn();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void takeAll() {
        Arrival end;
        try {
            DataInputStream in = new DataInputStream(input);
            while (true) {
                awaitGoOn();
                int first = in.read();
                if (first < 0) {
                    end = new Closed();
                    break;
                }
                byte[] bytes = wholePacket(first, in);
                reader.feed(
                        bytes,
                        0,
                        bytes.length,
                        packet -> add(new Arrived(packet, Bytes.wrap(bytes))));
            }
        } catch (EOFException e) {
            end = new Broken("it ended within a packet");
        } catch (IOException e) {
            end = new Broken(String.valueOf(e.getMessage()));
        } catch (MalformedPacketException e) {
            end = new Malformed(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            end = new Broken("interrupted");
        }
        add(end);
        afterEnd.run();
    }

    /// The bytes of one packet, whose length stands at its beginning (2.1.4).
    private static byte[] wholePacket(int first, DataInputStream in) throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(first);
        int remaining = 0;
        int shift = 0;
        int next;
        do {
            next = in.readUnsignedByte();
            packet.write(next);
            remaining |= (next & 0x7F) << shift;
            shift += 7;
        } while (next >= 0x80 && shift < 28);
        byte[] rest = new byte[next < 0x80 ? remaining : 0];
        in.readFully(rest);
        packet.write(rest);
        return packet.toByteArray();
    }

    private void add(Arrival arrival) {
        lock.lock();
        try {
            if (!over) {
                waiting.add(arrival);
                over = !(arrival instanceof Arrived);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void awaitGoOn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (stalled) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void setStalled(boolean value) {
        lock.lock();
        try {
            stalled = value;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
