package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/// A record that ends each batch: up to which position all was durable when the batch was handed
/// over, and when that was.
///
/// It tells damage from what a power cut tore. What was written and not forced may have holes, and
/// nothing behind the first hole counts; but a hole before a position that a later record calls
/// durable is damage.
///
/// @param position all up to here was durable
/// @param last whether the journal was closed in an orderly way behind it
record Forced(long position, Instants instants, boolean last) {

    private static final int NUMBER = 24;
    private static final int LENGTH = 1 + 8 + 8 + 8 + 1;

    void write(ByteSink sink) {
        sink.oneByte(NUMBER);
        sink.eightBytes(position);
        instants.write(sink);
        sink.oneByte(last ? 1 : 0);
    }

    /// @return `null` where `content` is another record
    static @Nullable Forced read(ByteBuffer content) {
        if (content.limit() != LENGTH || content.get(0) != NUMBER) {
            return null;
        }
        ByteBuffer fields = content.duplicate().position(1);
        return new Forced(fields.getLong(), Instants.read(fields), fields.get() != 0);
    }
}
