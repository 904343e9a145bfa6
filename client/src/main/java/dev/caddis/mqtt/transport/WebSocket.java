package dev.caddis.mqtt.transport;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/// MQTT in the binary frames of a WebSocket (RFC 6455; MQTT 5.0 section 6). Frames have no relation
/// to packets `[MQTT-6.0.0-2]`: what goes in comes out as one stream of bytes.
///
/// One thread reads [#input], one thread writes [#output]. A ping that is read is answered by the
/// writer, at its next write or [OutputStream#flush]; [#whenOwing] says that it is time for one.
final class WebSocket {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455, 1.3
    private static final String PROTOCOL = "mqtt"; // [MQTT-6.0.0-3]
    private static final int NONCE_BYTES = 16;
    private static final int SWITCHING = 101;
    private static final int REDIRECT_MIN = 300;
    private static final int REDIRECT_MAX = 399;
    private static final int NOT_FOUND = 404;

    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int CONTROL = 8; // the bit of control frames
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int TWO_BYTES = 126;
    private static final int EIGHT_BYTES = 127;
    private static final int NORMAL = 1000;
    private static final int HEAD_BYTES_MAX = 14;
    private static final int OWED_MAX = 8;

    private final Endpoint endpoint;
    private final InputStream in;
    private final OutputStream out;
    private final SecureRandom random = new SecureRandom();
    private final Input input = new Input();
    private final Output output = new Output();

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<byte[]> owed = new ArrayDeque<>(); // pongs, under the lock
    private volatile Runnable whenOwing = () -> {};
    private volatile @Nullable String closed; // by the server, in words

    /// @param in what the server sends, TLS taken off
    WebSocket(Endpoint endpoint, InputStream in, OutputStream out) {
        this.endpoint = endpoint;
        this.in = in;
        this.out = out;
    }

    InputStream input() {
        return input;
    }

    OutputStream output() {
        return output;
    }

    /// Runs `action` on the reading thread when the writer owes an answer.
    void whenOwing(Runnable action) {
        whenOwing = action;
    }

    /// How the server closed the WebSocket, in words; `null` while it has not.
    @Nullable String closed() {
        return closed;
    }

    // ---- the opening handshake

    /// Asks the server to speak MQTT over WebSocket from here on (RFC 6455 section 4.1).
    void open() throws DialException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        String key = Base64.getEncoder().encodeToString(nonce);
        String request =
                """
                GET %s HTTP/1.1
                Host: %s
                Upgrade: websocket
                Connection: Upgrade
                Sec-WebSocket-Key: %s
                Sec-WebSocket-Version: 13
                Sec-WebSocket-Protocol: %s

                """
                        .formatted(endpoint.path(), endpoint.authority(), key, PROTOCOL)
                        .replace("\n", "\r\n");
        try {
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            out.flush();
            check(HttpHead.read(in), key);
        } catch (EOFException e) {
            throw refused(
                    "the server closed the connection; check that this port speaks WebSocket", e);
        } catch (IOException e) {
            throw refused(
                    "%s; check that this port speaks WebSocket"
                            .formatted(Text.printable(e.getMessage())),
                    e);
        }
    }

    private void check(HttpHead answer, String key) throws DialException {
        if (answer.status() != SWITCHING) {
            String remedy =
                    switch (answer.status()) {
                        case NOT_FOUND ->
                                "write the path that the broker serves behind the port, such as"
                                        + " /mqtt";
                        default -> "see the broker's log";
                    };
            boolean elsewhere = answer.status() >= REDIRECT_MIN && answer.status() <= REDIRECT_MAX;
            throw refused(
                    "the server answered %s; %s"
                            .formatted(
                                    answer.line(),
                                    elsewhere
                                            ? "it points to %s, which is not followed: write that address"
                                                    .formatted(
                                                            Text.printable(
                                                                    answer.field("location")))
                                            : remedy),
                    null);
        }
        boolean upgraded =
                answer.field("upgrade").equalsIgnoreCase("websocket")
                        && answer.field("connection").toLowerCase(Locale.ROOT).contains("upgrade")
                        && answer.field("sec-websocket-accept").equals(accept(key));
        if (!upgraded) {
            throw refused(
                    "the server's answer is not that of a WebSocket server (RFC 6455 section 4.1);"
                            + " is something between that changes it?",
                    null);
        }
        if (!answer.field("sec-websocket-protocol").equals(PROTOCOL)
                || !answer.field("sec-websocket-extensions").isEmpty()) {
            throw refused(
                    "the server does not agree to the subprotocol mqtt alone; is it an MQTT"
                            + " broker?",
                    null);
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }

    private DialException refused(String reason, @Nullable Exception cause) {
        return new DialException(
                new ConnectionFailure(
                        Kind.WEBSOCKET_REFUSED,
                        "cannot connect to %s: %s".formatted(endpoint, reason)),
                cause);
    }

    // ---- reading

    private final class Input extends InputStream {

        private long left; // of the data frame in progress
        private boolean within; // a message whose last frame has not come

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (left == 0) {
                if (closed != null || !begin()) {
                    return -1;
                }
            }
            int count = in.read(bytes, offset, (int) Math.min(length, left));
            if (count > 0) {
                left -= count;
            }
            return count;
        }

        /// Reads the head of the next frame, and all of a control frame.
        ///
        /// @return false at the end
        private boolean begin() throws IOException {
            int first = in.read();
            if (first < 0) {
                return false;
            }
            int second = octet();
            int opcode = first & 0x0F;
            if ((first & RESERVED) != 0 || (second & MASKED) != 0) {
                throw wrong("a frame that RFC 6455 does not allow a server to send");
            }
            long length = length(second);
            if ((opcode & CONTROL) != 0) {
                if ((first & FINAL) == 0 || length > CONTROL_BYTES_MAX) {
                    throw wrong("a control frame that is cut in pieces or too long");
                }
                control(opcode, in.readNBytes((int) length), (int) length);
                return true;
            }
            switch (opcode) {
                case BINARY, CONTINUATION -> {
                    if (within != (opcode == CONTINUATION)) {
                        throw wrong("a frame out of turn");
                    }
                }
                case TEXT -> throw wrong("a text frame; MQTT comes in binary ones [MQTT-6.0.0-1]");
                default -> throw wrong("a frame of an unknown kind");
            }
            within = (first & FINAL) == 0;
            left = length;
            return true;
        }

        private long length(int second) throws IOException {
            int length = second & ~MASKED;
            if (length < TWO_BYTES) {
                return length;
            }
            long value = 0;
            for (int i = 0; i < (length == EIGHT_BYTES ? Long.BYTES : Short.BYTES); i++) {
                value = (value << Byte.SIZE) | octet();
            }
            if (value < 0) {
                throw wrong("a frame of more than 2^63 bytes");
            }
            return value;
        }

        private void control(int opcode, byte[] content, int length) throws IOException {
            if (content.length < length) {
                throw new EOFException("the connection ended within a WebSocket frame");
            }
            switch (opcode) {
                case PING -> {
                    lock.lock();
                    try {
                        if (owed.size() == OWED_MAX) {
                            owed.removeFirst(); // the newest is enough (RFC 6455 section 5.5.3)
                        }
                        owed.add(content);
                    } finally {
                        lock.unlock();
                    }
                    whenOwing.run();
                }
                case PONG -> {}
                case CLOSE -> closed = reason(content);
                default -> throw wrong("a control frame of an unknown kind");
            }
        }

        private int octet() throws IOException {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the connection ended within a WebSocket frame");
            }
            return octet;
        }
    }

    private static String reason(byte[] content) {
        if (content.length < 2) {
            return "the server closed the WebSocket";
        }
        int code = ((content[0] & 0xFF) << Byte.SIZE) | (content[1] & 0xFF);
        String text =
                Text.printable(new String(content, 2, content.length - 2, StandardCharsets.UTF_8));
        return "the server closed the WebSocket with code "
                + code
                + (text.isEmpty() ? "" : ", " + text);
    }

    private static IOException wrong(String what) {
        return new IOException("the server sent " + what);
    }

    // ---- writing

    private final class Output extends OutputStream {

        private byte[] frame = new byte[8 << 10];

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            answer();
            if (length > 0) {
                send(BINARY, bytes, offset, length);
            }
        }

        @Override
        public void flush() throws IOException {
            answer();
            out.flush();
        }

        /// Closes the WebSocket in order, as its last write.
        @Override
        public void close() throws IOException {
            byte[] code = ByteBuffer.allocate(Short.BYTES).putShort((short) NORMAL).array();
            send(CLOSE, code, 0, code.length);
            out.flush();
        }

        private void answer() throws IOException {
            while (true) {
                byte[] content;
                lock.lock();
                try {
                    content = owed.pollFirst();
                } finally {
                    lock.unlock();
                }
                if (content == null) {
                    return;
                }
                send(PONG, content, 0, content.length);
            }
        }

        /// One whole frame in one write, masked as a client must (RFC 6455 section 5.3).
        private void send(int opcode, byte[] bytes, int offset, int length) throws IOException {
            if (frame.length < length + HEAD_BYTES_MAX) {
                frame = Arrays.copyOf(frame, length + HEAD_BYTES_MAX);
            }
            ByteBuffer into = ByteBuffer.wrap(frame);
            into.put((byte) (FINAL | opcode));
            if (length < TWO_BYTES) {
                into.put((byte) (MASKED | length));
            } else if (length < 1 << Short.SIZE) {
                into.put((byte) (MASKED | TWO_BYTES)).putShort((short) length);
            } else {
                into.put((byte) (MASKED | EIGHT_BYTES)).putLong(length);
            }
            byte[] mask = new byte[Integer.BYTES];
            random.nextBytes(mask);
            into.put(mask);
            int start = into.position();
            for (int i = 0; i < length; i++) {
                frame[start + i] = (byte) (bytes[offset + i] ^ mask[i & 3]);
            }
            out.write(frame, 0, start + length);
        }
    }
}
