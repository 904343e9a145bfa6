package dev.caddis.mqtt.session;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// How much the outbox holds and what happens when it is full (law 5).
///
/// @param maxMessages at least 1
/// @param maxBytes payloads, topics and properties, and [#OVERHEAD] for each message; at least 1
/// @param maxAge a message that has waited longer is given up; `null`: none is for its age
/// @param keepsQos0 whether messages of QoS 0 wait in the outbox as the others do
public record OutboxBounds(
        long maxMessages,
        long maxBytes,
        WhenFull whenFull,
        @Nullable Duration maxAge,
        boolean keepsQos0) {

    /// What a message takes beside its content, in bytes: about what its records take in a journal.
    public static final int OVERHEAD = 128;

    /// Without a bound of age, and without QoS 0.
    public OutboxBounds(long maxMessages, long maxBytes, WhenFull whenFull) {
        this(maxMessages, maxBytes, whenFull, null, false);
    }

    /// @throws IllegalArgumentException when a bound is below 1
    public OutboxBounds {
        if (maxMessages < 1 || maxBytes < 1) {
            throw new IllegalArgumentException(
                    "outbox bounds are "
                            + maxMessages
                            + " messages and "
                            + maxBytes
                            + " bytes; both must be at least 1");
        }
        if (maxAge != null) {
            Durations.require("max age", maxAge);
        }
    }

    /// What happens to a message for which there is no room.
    public enum WhenFull {
        /// The caller waits for room, up to its deadline.
        BLOCK,
        /// The oldest message of the outbox is given up.
        DROP_OLDEST,
        /// The new message is given up; its receipt fails.
        DROP_NEWEST,
        /// The caller gets an exception.
        REJECT
    }
}
