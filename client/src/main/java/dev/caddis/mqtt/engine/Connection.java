package dev.caddis.mqtt.engine;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.MalformedPacketException;
import dev.caddis.mqtt.codec.PacketReader;
import dev.caddis.mqtt.codec.PacketWriter;
import dev.caddis.mqtt.codec.Sender;
import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.identity.IdentitySource;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.transport.Dial;
import dev.caddis.mqtt.transport.DialException;
import dev.caddis.mqtt.transport.Endpoint;
import dev.caddis.mqtt.transport.Link;
import dev.caddis.mqtt.transport.ProxyServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
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
    private static final int SLICE_BYTES = 16 << 10;

    /// Below this the writer has room again.
    private static final int ROOM_BYTES = 512 << 10;

    /// Bytes to be written above which nothing more is read.
    private static final int ANSWER_BYTES_MAX = 4 << 20;

    private static final int KEPT_BYTES = 2 << 20;

    /// Batches of packets the reader may be ahead of the owner.
    private static final int READ_AHEAD = 32;

    private static final int BATCH_PACKETS = 1000;

    private record Introduction(Credentials.Pair pair, @Nullable Bytes authenticationData) {}

    final int number;
    private final Mailbox mailbox;
    private final Traffic counts;
    private final Dial dial;
    private final Credentials credentials;
    private final @Nullable Authentication authentication;
    private volatile Authentication.@Nullable Exchange exchange;
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
    private int owedBatches; // the owner's: batches worked on whose leave to read on is held back
    private boolean finishing;
    private boolean owes; // the link an answer that is no packet
    private volatile boolean ended;
    private volatile boolean leaving; // nobody wants what still arrives, but the broker's end
    private volatile @Nullable Link link;
    private volatile @Nullable Thread application; // in code of the application's
    private long inHand; // bytes in the writer's hands, under the lock
    private long writtenTotal; // the writer's
    private volatile long written;
    private volatile long read;
    private volatile boolean wakeOwner;

    Connection(
            int number,
            ProtocolVersion version,
            int maximumPacketSize,
            Endpoint endpoint,
            @Nullable ProxyServer proxy,
            @Nullable IdentitySource identity,
            Credentials credentials,
            @Nullable Authentication authentication,
            Mailbox mailbox,
            Traffic counts,
            String name) {
        this.number = number;
        this.counts = counts;
        this.mailbox = mailbox;
        this.credentials = credentials;
        this.authentication = authentication;
        this.packets = new PacketReader(Sender.SERVER, version, maximumPacketSize);
        this.encoder = new PacketWriter(version);
        this.dial =
                new Dial(
                        endpoint,
                        proxy,
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
            Introduction introduction = introduce();
            Link made = dial.run();
            link = made;
            if (ended) {
                made.abort();
                return;
            }
            writer.start();
            mailbox.offer(
                    new Input.LinkUp(
                            number,
                            made.description(),
                            introduction.pair().userName(),
                            introduction.pair().password(),
                            introduction.authenticationData()));
            end = readFrom(made);
        } catch (DialException e) {
            end = e.failure();
        } catch (ExecutionException e) {
            end =
                    new ConnectionFailure(
                            ConnectionFailure.Kind.IDENTITY,
                            "the user name, password or authentication data cannot be had: "
                                    + e.getCause());
        } catch (InterruptedException e) { // aborted
            end =
                    new ConnectionFailure(
                            ConnectionFailure.Kind.TIMED_OUT,
                            "the user name and password could not be read in time");
        } catch (RuntimeException | Error e) {
            end = new ConnectionFailure(ConnectionFailure.Kind.ABORTED, "the reader failed: " + e);
            System.getLogger(Connection.class.getName())
                    .log(System.Logger.Level.ERROR, "reader failed", e);
        }
        mailbox.offer(new Input.LinkDown(number, end));
    }

    /// On a thread of its own, which may hang where this one must not: the source is the
    /// application's code.
    private Introduction introduce() throws InterruptedException, ExecutionException {
        var introduction = new CompletableFuture<Introduction>();
        ask(
                "-credentials",
                () -> {
                    try {
                        introduction.complete(new Introduction(credentials.read(), begin()));
                    } catch (Exception | Error e) {
                        introduction.completeExceptionally(e);
                    }
                });
        return introduction.get();
    }

    /// One question at a time; [#abort] interrupts it.
    private void ask(String name, Runnable question) {
        Thread asked = Thread.ofVirtual().name(reader.getName() + name).unstarted(question);
        application = asked;
        asked.start();
        if (ended) {
            asked.interrupt();
        }
    }

    private @Nullable Bytes begin() throws Exception {
        if (authentication == null) {
            return null;
        }
        Authentication.Exchange begun = authentication.begin();
        exchange = begun;
        return begun.first();
    }

    /// Asks the application for its side of a step of the authentication; the answer goes to the
    /// owner.
    void challenge(@Nullable Bytes data, boolean last) {
        authenticate(() -> {
            Authentication.Exchange begun = exchange;
            if (begun == null) {
                throw new IllegalStateException("no authentication was begun");
            }
            if (last) {
                begun.verify(data);
                return null;
            }
            return begun.answer(data);
        });
    }

    void reauthenticate() {
        authenticate(this::begin);
    }

    private void authenticate(Callable<@Nullable Bytes> step) {
        ask(
                "-authentication",
                () -> {
                    Input answer;
                    try {
                        answer = new Input.AuthAnswer(number, step.call(), null);
                    } catch (Exception | Error e) {
                        answer = new Input.AuthAnswer(number, null, String.valueOf(e));
                    }
                    mailbox.offer(answer);
                });
    }

    private ConnectionFailure readFrom(Link made) {
        byte[] buffer = new byte[READ_BYTES];
        long total = 0;
        try {
            made.beforeWaiting(this::handOver);
            made.whenOwing(this::owe);
            while (true) {
                int count = made.input().read(buffer, 0, buffer.length);
                if (count < 0) {
                    handOver(); // the end may have come with them
                    return made.explain(null);
                }
                total += count;
                read = total;
                counts.received(count);
                try {
                    packets.feed(buffer, 0, count, packet -> take(made, packet));
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

    /// The link knows of its acceptance before its end can follow.
    private void take(Link made, Packet packet) {
        if (packet instanceof Connack connack && !connack.reason().isError()) {
            made.accepted();
        }
        arrived.add(packet);
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

    /// The owner has worked on a batch of this connection. While answers pile up before a broker
    /// that does not read, the reader gets no leave to read on: TCP then holds the broker back.
    void worked() {
        lock.lock();
        try {
            if (out.length() + queued.length() + inHand > ANSWER_BYTES_MAX) {
                owedBatches++;
                return;
            }
        } finally {
            lock.unlock();
        }
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

    /// Says whether the owner waits for the writer to have room, and wakes it at once if it has.
    void wakeWhenWritten(boolean wanted) {
        boolean wake;
        lock.lock();
        try {
            boolean owesRoom = owedBatches > 0;
            wakeOwner = wanted || owesRoom;
            wake = wakeOwner && hasRoom();
        } finally {
            lock.unlock();
        }
        if (wake) {
            mailbox.wake();
        }
    }

    /// How the link stands, as an input.
    Input.Traffic traffic() {
        lock.lock();
        try {
            if (owedBatches > 0 && hasRoom()) {
                readAhead.release(owedBatches);
                owedBatches = 0;
            }
            return new Input.Traffic(number, queued.length() + inHand, written, read);
        } finally {
            lock.unlock();
        }
    }

    /// Lets the writer write what it has, then close in order.
    void finish() {
        flush();
        interruptApplication();
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

    private void interruptApplication() {
        Thread asked = application;
        if (asked != null) {
            asked.interrupt();
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
        interruptApplication();
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

    private void owe() {
        lock.lock();
        try {
            owes = true;
            work.signal();
        } finally {
            lock.unlock();
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
                write(made, batch);
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
            while (queued.length() == 0 && !owes && !finishing && !ended) {
                work.await();
            }
            if (ended || (queued.length() == 0 && !owes)) {
                return null;
            }
            owes = false;
            ByteSink batch = queued;
            queued = spare;
            spare = batch;
            inHand = batch.length();
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /// A TLS record at a time, so that a slow network is seen to take something.
    private void write(Link made, ByteSink batch) throws IOException {
        int length = batch.length();
        for (int from = 0; from < length; from += SLICE_BYTES) {
            int slice = Math.min(SLICE_BYTES, length - from);
            made.output().write(batch.array(), from, slice);
            made.output().flush();
            written(slice);
        }
        if (length == 0) {
            made.output().flush(); // what is owed
        }
        lock.lock();
        try {
            batch.clear();
            if (batch.array().length > KEPT_BYTES) {
                spare = new ByteSink(READ_BYTES);
            }
        } finally {
            lock.unlock();
        }
    }

    private void written(int bytes) {
        counts.sent(bytes);
        boolean wake;
        lock.lock();
        try {
            writtenTotal += bytes;
            written = writtenTotal;
            inHand -= bytes;
            wake = wakeOwner && hasRoom();
        } finally {
            lock.unlock();
        }
        if (wake) {
            mailbox.wake();
        }
    }

    /// Whether the owner may go on; under the lock.
    private boolean hasRoom() {
        return queued.length() + inHand < ROOM_BYTES;
    }
}
