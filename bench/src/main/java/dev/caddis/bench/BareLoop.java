package dev.caddis.bench;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The yardstick: a thread that writes ready-made PUBLISH packets, as many at once as the window
/// has room for, and a thread that counts PUBACKs. No client library could do less.
final class BareLoop implements Contender {

    private static final int READ_BYTES = 64 << 10;

    /// Takes many TLS records from the system at once; `SSLSocket` alone makes two reads a record.
    private static final class GatheringSocket extends Socket {
        @Override
        public InputStream getInputStream() throws IOException {
            return new BufferedInputStream(super.getInputStream(), READ_BYTES); // asked for once
        }
    }

    private final Target target;
    private final byte[]
            packets; // identifiers 1 to WINDOW, twice, so that any run of them is one write
    private final int packetBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private long acknowledged;
    private long awaited = Long.MAX_VALUE;
    private @Nullable IOException failure;
    private long sent; // the writer's
    private @Nullable SSLSocket socket;

    BareLoop(Target target) throws IOException {
        this.target = target;
        byte[] one = publish(1);
        packetBytes = one.length;
        packets = new byte[2 * WINDOW * packetBytes];
        for (int i = 0; i < 2 * WINDOW; i++) {
            System.arraycopy(publish(i % WINDOW + 1), 0, packets, i * packetBytes, packetBytes);
        }
    }

    private static byte[] publish(int id) throws IOException {
        var body = new ByteArrayOutputStream();
        var out = new DataOutputStream(body);
        out.writeUTF(TOPIC);
        out.writeShort(id);
        out.writeByte(0); // no properties
        byte[] payload = new byte[PAYLOAD_BYTES];
        Arrays.fill(payload, (byte) 'x');
        out.write(payload);
        return packet(0x32, body);
    }

    private static byte[] connect() throws IOException {
        var body = new ByteArrayOutputStream();
        var out = new DataOutputStream(body);
        out.writeUTF("MQTT");
        out.writeByte(5);
        out.writeByte(2); // clean start
        out.writeShort(0); // no keep alive
        out.writeByte(0); // no properties
        out.writeUTF("bench-bare");
        return packet(0x10, body);
    }

    private static byte[] packet(int firstByte, ByteArrayOutputStream body) throws IOException {
        if (body.size() > 127) {
            throw new IllegalArgumentException("the length of this packet needs a second byte");
        }
        var packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        packet.write(body.size());
        body.writeTo(packet);
        return packet.toByteArray();
    }

    @Override
    public void open() throws Exception {
        var context = SSLContext.getInstance("TLS");
        context.init(
                target.keyManagers().getKeyManagers(),
                target.trustManagers().getTrustManagers(),
                null);
        var raw = new GatheringSocket();
        raw.connect(new InetSocketAddress(target.host(), target.port()));
        raw.setTcpNoDelay(true);
        var made =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(raw, target.host(), target.port(), true);
        socket = made;
        made.getOutputStream().write(connect());
        var in = new DataInputStream(made.getInputStream());
        int type = in.readUnsignedByte();
        byte[] connack = new byte[in.readUnsignedByte()];
        in.readFully(connack);
        if (type != 0x20 || connack[1] != 0) {
            throw new IOException("the broker refused: " + Arrays.toString(connack));
        }
        Thread.ofPlatform().daemon().name("bare-reader").start(() -> read(made));
    }

    private void read(SSLSocket from) {
        try {
            count(from.getInputStream());
        } catch (IOException e) {
            lock.lock();
            try {
                failure = e;
                progress.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    /// Every packet that comes is a PUBACK shorter than 128 bytes.
    private void count(InputStream in) throws IOException {
        byte[] buffer = new byte[READ_BYTES];
        boolean lengthIsNext = false;
        int skip = 0;
        while (true) {
            int end = in.read(buffer, 0, buffer.length);
            if (end < 0) {
                throw new EOFException("the broker closed the connection");
            }
            int complete = 0;
            int at = 0;
            while (at < end) {
                if (skip > 0) {
                    int taken = Math.min(skip, end - at);
                    at += taken;
                    skip -= taken;
                    complete += skip == 0 ? 1 : 0;
                } else if (lengthIsNext) {
                    skip = buffer[at++];
                    lengthIsNext = false;
                } else if (buffer[at++] == 0x40) {
                    lengthIsNext = true;
                } else {
                    throw new IOException("packet type " + buffer[at - 1] + " is not PUBACK");
                }
            }
            acknowledge(complete);
        }
    }

    private void acknowledge(int count) {
        lock.lock();
        try {
            acknowledged += count;
            if (acknowledged >= awaited) {
                awaited = Long.MAX_VALUE;
                progress.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run(int messages) throws Exception {
        SSLSocket to = socket;
        if (to == null) {
            throw new IllegalStateException("open first");
        }
        OutputStream out = to.getOutputStream();
        long end = sent + messages;
        while (sent < end) {
            int room = (int) (WINDOW - (sent - awaitAcknowledged(sent - WINDOW + 1)));
            int count = (int) Math.min(room, end - sent);
            out.write(packets, (int) (sent % WINDOW) * packetBytes, count * packetBytes);
            sent += count;
        }
        awaitAcknowledged(end);
    }

    /// Waits for that many acknowledgements in all; returns how many there are.
    private long awaitAcknowledged(long count) throws InterruptedException, IOException {
        lock.lock();
        try {
            while (acknowledged < count && failure == null) {
                awaited = count;
                progress.await();
            }
            if (failure != null) {
                throw new IOException("the reader failed", failure);
            }
            return acknowledged;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
        }
    }
}
