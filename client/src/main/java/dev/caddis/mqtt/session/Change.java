package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.SubscriptionOptions;

/// A change of the session state that must survive: what a [ChangeLog] records and a restart
/// replays.
///
/// Replaying every change in order through [SessionState#apply] gives the state as it was.
public sealed interface Change {

    /// The time of a message that does not expire.
    long NEVER = Long.MAX_VALUE;

    /// A message was accepted into the outbox under `sequence`.
    ///
    /// @param expiresAt when it is too old to be sent, on the session's own clock; or [#NEVER]
    record Accepted(long sequence, Publish message, long expiresAt) implements Change {}

    /// The oldest message of the outbox was given up; `size` is what it counted for
    /// ([SessionState#sizeOf]).
    record Dropped(long sequence, long size) implements Change {}

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

    /// The broker holds a session of ours from here on.
    record Established(ProtocolVersion version) implements Change {}

    /// The broker chose our client identifier.
    record ClientIdAssigned(String clientId) implements Change {}

    /// The broker has no session of ours: unfinished PUBLISHes wait to be published again as new,
    /// incoming identifiers and granted filters are forgotten.
    ///
    /// @param resend whether this holds for QoS 2 messages that had their PUBREC as well
    record Lost(boolean resend) implements Change {}
}
