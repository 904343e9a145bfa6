package dev.caddis.mqtt.session;

/// How much the outbox holds and what happens when it is full (law 5).
///
/// @param maxMessages at least 1
/// @param maxBytes payloads and topics, at least 1
public record OutboxBounds(long maxMessages, long maxBytes, WhenFull whenFull) {

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
