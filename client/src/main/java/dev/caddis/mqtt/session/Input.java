package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Something that happened. `connection` names the connection an input speaks of; what speaks of
/// one that is gone changes nothing.
public sealed interface Input {

    /// The client was opened: connect.
    record Start() implements Input {}

    /// A message was handed in under `sequence`; sequences only grow.
    ///
    /// @param key with which it may have been handed in before; `null`: none
    record Submitted(long sequence, Publish message, @Nullable String key) implements Input {}

    /// The store's answer to [Effect.Fetch].
    record Fetched(List<Stored> messages) implements Input {}

    /// `filter` is wanted from now on, or wanted with other options.
    record Want(String filter, SubscriptionOptions options) implements Input {}

    /// `filter` is no longer wanted.
    record Unwant(String filter) implements Input {}

    /// An attempt reached `step`; each has its own deadline.
    record Dialing(int connection, DialStep step) implements Input {}

    /// The link to the broker stands; nothing was sent on it yet.
    ///
    /// @param description TLS version and cipher suite
    /// @param authenticationData the authenticator's first word
    record LinkUp(
            int connection,
            String description,
            @Nullable String userName,
            @Nullable Bytes password,
            @Nullable Bytes authenticationData)
            implements Input {
        @Override
        public String toString() {
            return "LinkUp[" + connection + ", " + description + "]";
        }
    }

    /// The authenticator's answer to [Effect.Challenge] or [Effect.BeginAuthentication].
    ///
    /// @param failure why it does not go on with this broker; `null` if it does
    record AuthAnswer(int connection, @Nullable Bytes data, @Nullable String failure)
            implements Input {
        @Override
        public String toString() {
            return "AuthAnswer[" + connection + ", " + failure + "]";
        }
    }

    /// Authenticate anew on the connection that stands; without one, nothing happens, since the
    /// next one authenticates anyway.
    record Reauthenticate() implements Input {}

    /// Go over to a new connection: what is on its way gets `withinNanos` to be answered, nothing
    /// new is begun meanwhile, and what is left is resumed there. Without a connection nothing
    /// happens, since the next one is new anyway.
    ///
    /// @param why a sentence for the listeners
    record Move(String why, long withinNanos) implements Input {}

    /// The link could not be made, or ended.
    record LinkDown(int connection, ConnectionFailure failure) implements Input {}

    /// Whole packets arrived, in order.
    record Arrived(int connection, List<Packet> packets) implements Input {}

    /// What arrived is no packet.
    record Malformed(int connection, ReasonCode reason, String what) implements Input {}

    /// How the link stands: given before other inputs whenever it changed.
    ///
    /// @param unwritten bytes handed over and not yet taken by the network
    /// @param written bytes taken by the network since the link stands
    /// @param read bytes read since the link stands, whole packets or not (F17)
    record Traffic(int connection, long unwritten, long written, long read) implements Input {}

    /// The handlers of a delivered message are done with it.
    record Handled(Ticket ticket) implements Input {}

    /// After [Effect.GiveUp]: no handler has the message any more, done with it or not.
    record LetGo(Ticket ticket) implements Input {}

    /// More was delivered than the bounds for incoming messages allow.
    record IncomingOverflow(int connection) implements Input {}

    /// Whether the disk of the store has room for more than the session has now; it has until this
    /// says otherwise.
    record DiskRoom(boolean forMore) implements Input {}

    /// Give up what waits in the outbox now.
    ///
    /// @param number of the request; they only grow
    record Purge(long number) implements Input {}

    /// Somebody asks what became of `sequence`, which an earlier process accepted.
    record Inquired(long sequence) implements Input {}

    /// The next `count` exchanges that were opened ahead are durable.
    record Ready(int connection, int count) implements Input {}

    /// Time passed.
    record Tick() implements Input {}

    /// Finish what is accepted, then leave; whatever the state, be done within `withinNanos`.
    record Close(long withinNanos) implements Input {}

    /// The steps of making a link.
    enum DialStep {
        INTRODUCE,
        RESOLVE,
        CONNECT,
        HANDSHAKE
    }
}
