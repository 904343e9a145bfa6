package dev.caddis.mqtt.store;

import dev.caddis.mqtt.codec.ByteSink;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;

/// One moment on two clocks.
///
/// @param session nanoseconds that the session has lived, processes and the time between together
/// @param wall milliseconds since 1970
record Instants(long session, long wall) {

    static final Instants NONE = new Instants(0, 0);

    /// Longer than this no device is away: its clock was set.
    private static final long PLAUSIBLE_MILLIS = TimeUnit.DAYS.toMillis(366);

    /// What the session's clock shows when the wall's shows `now`. Where the wall's clock went
    /// back, or so far ahead that it was set rather than passed, no time has passed (F37).
    long sessionAt(long now) {
        long passed = now - wall;
        return passed > 0 && passed <= PLAUSIBLE_MILLIS
                ? session + TimeUnit.MILLISECONDS.toNanos(passed)
                : session;
    }

    void write(ByteSink sink) {
        sink.eightBytes(session);
        sink.eightBytes(wall);
    }

    static Instants read(ByteBuffer record) {
        return new Instants(record.getLong(), record.getLong());
    }
}
