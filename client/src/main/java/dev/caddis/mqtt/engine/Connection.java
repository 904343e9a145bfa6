package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.ClientIdentity;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.transport.Dial;
import dev.caddis.mqtt.transport.DialException;
import dev.caddis.mqtt.transport.Endpoint;
import dev.caddis.mqtt.transport.Link;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// One connection and its two threads, from the attempt to the end.
///
/// The reader thread makes the link, then reads packets and hands them to the owner; it never
/// writes and never runs application code. The writer thread alone writes to the socket. The owner
/// encodes ([#send]), hands over a whole round at a time ([#flush]), and may [#abort] at any
/// moment: that closes the raw socket and frees both threads.
final class Connection {

    private static final int READ_BYTES = 64 << 10;
    private static final int KEPT_BYTES = 2 << 20;

    /// Batches of packets the reader may be ahead of the owner.
    private static final int READ_AHEAD = 32;

    private static final int BATCH_PACKETS = 1000;

    final int number;
    private final Mailbox mailbox;
    private final Dial dial;
    private final Credentials credentials;
    private final PacketReader packets;
    private final PacketWriter encoder;
    private final Semaphore readAhead = new Semaphore(READ_AHEAD);
    private final Thread reader;
    private final Thread writer;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private ByteSink out = new ByteSink(READ_BYTES); // the owner's
    private ByteSink queued = new ByteSink(READ_BYTES); // handed over, under the lock
    private ByteSink spare = new ByteSink(READ_BYTES); // the writer's
    private List<Packet> arrived = new ArrayList<>(); // the reader's
    private boolean finishing;
    private volatile boolean ended;
    private volatile boolean leaving; // nobody wants what still arrives, but the broker's end
    private volatile @Nullable Link link;
    private volatile long inHand; // bytes in the writer's hands
    private long writtenTotal; // the writer's
    private volatile long written;
    private volatile long read;
    private volatile boolean wakeOwner;

    Connection(
            int number,
            ProtocolVersion version,
            int maximumPacketSize,
            Endpoint endpoint,
            @Nullable ClientIdentity identity,
            Credentials credentials,
            Mailbox mailbox,
            String name) {
        this.number = number;
        this.mailbox = mailbox;
        this.credentials = credentials;
        this.packets = new PacketReader(Sender.SERVER, version, maximumPacketSize);
        this.encoder = new PacketWriter(version);
        this.dial =
                new Dial(
                        endpoint,
                        identity,
                        phase ->
                                mailbox.offer(
                                        new Input.Dialing(
                                                number,
                                                switch (phase) {
                                                    case RESOLVING -> Input.DialStep.RESOLVE;
                                                    case CONNECTING -> Input.DialStep.CONNECT;
                                                    case HANDSHAKING -> Input.DialStep.HANDSHAKE;
                                                })));
        this.reader = Thread.ofPlatform().name(name + "-reader").daemon().unstarted(this::readAll);
        this.writer = Thread.ofPlatform().name(name + "-writer").daemon().unstarted(this::writeAll);
    }

    void start() {
        reader.start();
    }

    // ---- the reader

    private void readAll() {
        ConnectionFailure end;
        try {
            Credentials.Pair pair = credentials.read();
            Link made = dial.run();
            link = made;
            if (ended) {
                made.abort();
                return;
            }
            writer.start();
            mailbox.offer(
                    new Input.LinkUp(number, made.description(), pair.userName(), pair.password()));
            end = readFrom(made);
        } catch (DialException e) {
            end = e.failure();
        } catch (IOException e) {
            end =
                    new ConnectionFailure(
                            ConnectionFailure.Kind.IDENTITY,
                            "the user name or password cannot be read: " + e.getMessage());
        } catch (RuntimeException | Error e) {
            end = new ConnectionFailure(ConnectionFailure.Kind.ABORTED, "the reader failed: " + e);
            System.getLogger(Connection.class.getName())
                    .log(System.Logger.Level.ERROR, "reader failed", e);
        }
        mailbox.offer(new Input.LinkDown(number, end));
    }

    private ConnectionFailure readFrom(Link made) {
        byte[] buffer = new byte[READ_BYTES];
        long total = 0;
        try {
            made.beforeWaiting(this::handOver);
            while (true) {
                int count = made.input().read(buffer, 0, buffer.length);
                if (count < 0) {
                    handOver(); // the end may have come with them
                    return made.explain(null);
                }
                total += count;
                read = total;
                try {
                    packets.feed(buffer, 0, count, arrived::add);
                } catch (MalformedPacketException e) {
                    handOver();
                    mailbox.offer(
                            new Input.Malformed(
                                    number, e.reason(), String.valueOf(e.getMessage())));
                    return new ConnectionFailure(
                            ConnectionFailure.Kind.PROTOCOL_ERROR, String.valueOf(e.getMessage()));
                }
                if (arrived.size() >= BATCH_PACKETS) {
                    handOver();
                }
            }
        } catch (IOException e) {
            handOver();
            return made.explain(e);
        }
    }

    /// Hands the packets that have arrived to the owner, in one batch, before the reader waits for
    /// more: a broker answers a thousand messages in a thousand TLS records.
    private void handOver() {
        if (arrived.isEmpty()) {
            return;
        }
        if (leaving) {
            arrived.clear();
            return;
        }
        try {
            readAhead.acquire();
        } catch (InterruptedException e) { // aborted: the socket is closed, and the next read fails
            Thread.currentThread().interrupt();
            return;
        }
        mailbox.offer(new Input.Arrived(number, arrived));
        arrived = new ArrayList<>();
    }

    /// The owner has worked on a batch of this connection.
    void worked() {
        readAhead.release();
    }

    // ---- the owner's side

    void send(Packet packet) {
        encoder.write(packet, out);
    }

    /// Hands everything sent since the last call to the writer.
    void flush() {
        if (out.length() == 0) {
            return;
        }
        lock.lock();
        try {
            if (queued.length() == 0) {
                ByteSink empty = queued;
                queued = out;
                out = empty;
            } else {
                queued.append(out.array(), 0, out.length());
                out.clear();
            }
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// How the link stands, as an input.
    Input.Traffic traffic(boolean wakeWhenWritten) {
        lock.lock();
        try {
            wakeOwner = wakeWhenWritten;
            return new Input.Traffic(number, queued.length() + inHand, written, read);
        } finally {
            lock.unlock();
        }
    }

    /// The broker accepted us.
    void accepted() {
        Link made = link;
        if (made != null) {
            made.accepted();
        }
    }

    /// Lets the writer write what it has, then close in order.
    void finish() {
        flush();
        lock.lock();
        try {
            finishing = true;
            leaving = true;
            readAhead.release(READ_AHEAD);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Ends everything at once. Never blocks.
    void abort() {
        ended = true;
        dial.abort();
        Link made = link;
        if (made != null) {
            made.abort();
        }
        reader.interrupt();
        lock.lock();
        try {
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Whether both threads are gone.
    boolean isOver() {
        return !reader.isAlive() && !writer.isAlive();
    }

    /// Waits until both threads are gone, so long at most in all.
    void join(long millis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (Thread thread : new Thread[] {reader, writer}) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            thread.join(Math.max(1, left));
        }
    }

    // ---- the writer

    private void writeAll() {
        Link made = link;
        if (made == null) {
            return;
        }
        try {
            while (true) {
                ByteSink batch = nextBatch();
                if (batch == null) {
                    break;
                }
                made.output().write(batch.array(), 0, batch.length());
                made.output().flush();
                written(batch);
            }
            if (!ended) {
                made.close();
            }
        } catch (IOException e) {
            made.abort(); // the reader says why
        } catch (InterruptedException e) {
            made.abort();
        }
    }

    private @Nullable ByteSink nextBatch() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queued.length() == 0 && !finishing && !ended) {
                work.await();
            }
            if (ended || queued.length() == 0) {
                return null;
            }
            ByteSink batch = queued;
            queued = spare;
            spare = batch;
            inHand = batch.length();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void written(ByteSink batch) {
        lock.lock();
        try {
            writtenTotal += batch.length();
            written = writtenTotal;
            inHand = 0;
            batch.clear();
            if (batch.array().length > KEPT_BYTES) {
                spare = new ByteSink(READ_BYTES);
            }
        } finally {
            lock.unlock();
        }
        if (wakeOwner) {
            mailbox.wake();
        }
    }
}
