package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.TlsRelay;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads from the bytes of one direction of one MQTT 5 connection what a [Trace] keeps. Shares no
/// code with Caddis.
///
/// For the thread that passes these bytes on.
final class PacketEye implements TlsRelay.Eye {

    private final Trace trace;
    private final int connection;
    private final boolean fromBroker;
    private byte[] held = new byte[64 << 10];
    private int length;

    PacketEye(Trace trace, int connection, boolean fromBroker) {
        this.trace = trace;
        this.connection = connection;
        this.fromBroker = fromBroker;
    }

    @Override
    public void saw(byte[] buffer, int count) {
        if (length + count > held.length) {
            held = Arrays.copyOf(held, 2 * (length + count));
        }
        System.arraycopy(buffer, 0, held, length, count);
        length += count;
        var bytes = ByteBuffer.wrap(held, 0, length);
        int done = 0;
        while (next(bytes)) {
            done = bytes.position();
        }
        length -= done;
        System.arraycopy(held, done, held, 0, length);
    }

    /// @return whether a whole packet was there; the position is behind it then
    private boolean next(ByteBuffer bytes) {
        if (!bytes.hasRemaining()) {
            return false;
        }
        int first = bytes.get() & 0xff;
        int size = number(bytes);
        if (size < 0 || size > bytes.remaining()) {
            return false;
        }
        ByteBuffer body = bytes.slice(bytes.position(), size);
        bytes.position(bytes.position() + size);
        tell(first >> 4, first & 15, body);
        return true;
    }

    /// A variable byte integer; -1 where it is not all there.
    private static int number(ByteBuffer bytes) {
        int value = 0;
        for (int shift = 0; bytes.hasRemaining(); shift += 7) {
            int next = bytes.get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        return -1;
    }

    private void tell(int type, int flags, ByteBuffer body) {
        switch (type) {
            case Sight.CONNECT -> {
                skip(body, Short.toUnsignedInt(body.getShort()) + 1); // name and level
                trace.add(connection, fromBroker, type, body.get() >> 1 & 1, 0, 0);
            }
            case Sight.CONNACK -> {
                int present = body.get();
                trace.add(connection, fromBroker, type, present, 0, body.get() & 0xff);
            }
            case Sight.PUBLISH -> {
                skip(body, Short.toUnsignedInt(body.getShort()));
                int id = (flags & 6) == 0 ? 0 : Short.toUnsignedInt(body.getShort());
                skip(body, number(body)); // properties
                String payload = StandardCharsets.UTF_8.decode(body).toString();
                trace.published(connection, fromBroker, flags, id, Numbered.in(payload));
            }
            case Sight.PUBACK, Sight.PUBREC, Sight.PUBREL, Sight.PUBCOMP -> {
                int id = Short.toUnsignedInt(body.getShort());
                int reason = body.hasRemaining() ? body.get() & 0xff : 0;
                trace.add(connection, fromBroker, type, flags, id, reason);
            }
            default -> {} // tells nothing of a message
        }
    }

    private static void skip(ByteBuffer body, int count) {
        body.position(body.position() + count);
    }
}
