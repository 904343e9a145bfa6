package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.jspecify.annotations.Nullable;

/// A change of the session state that must survive: what a [ChangeLog] records and a restart
/// replays.
///
/// Replaying every change in order through [SessionState#apply] gives the state as it was.
public sealed interface Change {

    /// A message was accepted into the outbox under `sequence`.
    ///
    /// @param acceptedAt when, on the session's own clock, in nanoseconds
    /// @param key under which the application may hand it in again; `null`: none
    record Accepted(long sequence, Publish message, long acceptedAt, @Nullable String key)
            implements Change {}

    /// The oldest message of the outbox was given up; `size` is what it counted for
    /// ([SessionState#sizeOf]).
    record Dropped(long sequence, long size) implements Change {}

    /// The oldest message of the outbox, of QoS 0, is about to be sent; `size` as in [Dropped].
    record Sent(long sequence, long size) implements Change {}

    /// The next messages of the outbox cannot be read any more: the store is damaged.
    ///
    /// @param bytes what they counted for
    record Missing(long messages, long bytes) implements Change {}

    /// The message of `sequence` was refused: its key may be used for another.
    record KeyFreed(long sequence) implements Change {}

    /// An exchange begins: the message leaves the outbox, or the queue of messages to publish
    /// again, for `packetId`.
    record Opened(long sequence, int packetId, Publish message, boolean possiblyRepeated)
            implements Change {}

    /// A state message was given `packetId`; it never was in the outbox.
    record StateOpened(int packetId, Publish message) implements Change {}

    /// PUBREC arrived: from here PUBREL may be repeated, PUBLISH never `[MQTT-4.3.3-6]`.
    record Released(int packetId) implements Change {}

    /// The exchange under `packetId` is over; the identifier is free.
    record Ended(int packetId) implements Change {}

    /// A QoS 2 message arrived under `packetId`.
    record Received(int packetId, Publish message) implements Change {}

    /// The handler of the incoming QoS 2 message is done.
    record Handled(int packetId) implements Change {}

    /// PUBCOMP is due: the incoming identifier now means a new message `[MQTT-4.3.3-12]`.
    record Completed(int packetId) implements Change {}

    /// The broker granted `filter` with these options.
    ///
    /// @param identifier of the subscription, 1 to 268,435,455; 0: none
    record Granted(String filter, SubscriptionOptions options, int identifier) implements Change {}

    /// The broker no longer serves `filter`.
    record Revoked(String filter) implements Change {}

    /// A broker holds a session of ours from here on.
    ///
    /// @param place which one; `null`: that is not known
    record Established(ProtocolVersion version, @Nullable Place place) implements Change {}

    /// The broker chose our client identifier.
    record ClientIdAssigned(String clientId) implements Change {}

    /// The broker has no session of ours: unfinished PUBLISHes wait to be published again as new,
    /// incoming identifiers and granted filters are forgotten.
    ///
    /// @param resend whether this holds for QoS 2 messages that had their PUBREC as well
    record Lost(boolean resend) implements Change {}

    /// Part of a checkpoint: a message waits to be published again, as [Lost] made it.
    record Again(long sequence, Publish message) implements Change {}

    /// Part of a checkpoint: the message of `sequence` was handed in with `key`.
    record Keyed(String key, long sequence) implements Change {}

    /// What became of messages up to `sequence` is not known for certain, since the state was
    /// damaged: those that are still there are published as possibly repeated.
    record Doubtful(long sequence) implements Change {}

    /// The end of a checkpoint: how the outbox stands, whatever came before.
    ///
    /// @param messages of the outbox, and `bytes` what they count for
    /// @param acceptedMessages ever, and `acceptedBytes` what they counted for
    record Outbox(
            long cursor,
            long lastAccepted,
            long messages,
            long bytes,
            long acceptedMessages,
            long acceptedBytes)
            implements Change {}
}
