package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;
import dev.caddis.mqtt.codec.PublishRecord;
import dev.caddis.mqtt.session.Change;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Stored;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// The record of an accepted message, the message itself not decoded; [ChangeCodec] has its layout.
///
/// @param content valid until the next record is read
record Entry(
        long sequence,
        long acceptedAt,
        long messagesBefore,
        long bytesBefore,
        int size,
        ByteBuffer content) {

    private static final int NUMBER = 1;
    private static final int FIXED = 1 + 8 + 8 + 8 + 8 + 4;

    static void write(
            Change.Accepted accepted, long messagesBefore, long bytesBefore, ByteSink sink) {
        sink.oneByte(NUMBER);
        sink.eightBytes(accepted.sequence());
        sink.eightBytes(accepted.acceptedAt());
        sink.eightBytes(messagesBefore);
        sink.eightBytes(bytesBefore);
        sink.fourBytes(SessionState.sizeOf(accepted.message()));
        byte[] key =
                accepted.key() == null
                        ? new byte[0]
                        : accepted.key().getBytes(StandardCharsets.UTF_8);
        sink.twoBytes(key.length);
        sink.append(key, 0, key.length);
        PublishRecord.write(accepted.message(), sink);
    }

    /// @return `null` where `content` is another record
    static @Nullable Entry of(ByteBuffer content) {
        return content.limit() < FIXED + 2 || content.get(0) != NUMBER
                ? null
                : new Entry(
                        content.getLong(1),
                        content.getLong(9),
                        content.getLong(17),
                        content.getLong(25),
                        content.getInt(33),
                        content);
    }

    private int keyLength() {
        return content.getShort(FIXED) & 0xFFFF;
    }

    /// @throws DamagedException when it is cut short
    @Nullable String key() throws DamagedException {
        int length = keyLength();
        if (length == 0) {
            return null;
        }
        if (FIXED + 2 + length > content.limit()) {
            throw new DamagedException("a key announces " + length + " bytes");
        }
        byte[] key = new byte[length];
        content.get(FIXED + 2, key);
        return new String(key, StandardCharsets.UTF_8);
    }

    /// @throws DamagedException when the message cannot be decoded
    Stored decoded() throws DamagedException {
        int at = FIXED + 2 + keyLength();
        if (at > content.limit()) {
            throw new DamagedException("a key announces " + keyLength() + " bytes");
        }
        return new Stored(
                sequence,
                ChangeCodec.message(content.duplicate().position(at)),
                acceptedAt,
                messagesBefore,
                bytesBefore);
    }
}
