package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// Something that must happen. The [Round] decides when; effects that change nothing a restart must
/// know go at once.
public sealed interface Effect {

    /// Whether this effect waits for no change to be durable (law 1).
    default boolean isImmediate() {
        return false;
    }

    /// Record `change`; what follows waits until it is durable.
    record Persist(Change change) implements Effect {}

    /// Read up to `count` messages of the outbox from `fromSequence` on, and answer with
    /// [Input.Fetched].
    record Fetch(long fromSequence, int count) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }
    }

    /// Begin an attempt to connect, in `version`.
    ///
    /// @param member of the group of brokers, counted from 0: the way to it is taken
    /// @param referral where that way leads to in place of it; `null`: to the member itself
    record Dial(int connection, ProtocolVersion version, int member, @Nullable Referral referral)
            implements Effect {}

    /// Send `packet`.
    record Send(int connection, Packet packet) implements Effect {}

    /// Send `packet`, which depends on nothing recorded (PINGREQ), or on what is known to be
    /// durable ([OpenedAhead]).
    record SendNow(int connection, Packet packet) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }
    }

    /// The broker accepted the connection.
    record Accepted(int connection) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }
    }

    /// Write what was sent, then close the link in an orderly way, within `withinNanos`.
    record Finish(int connection, long withinNanos) implements Effect {}

    /// End the link at once, whatever it is doing.
    record Abort(int connection) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }
    }

    /// Hand `message` to the handlers of `filters`, or where the broker names none to those that
    /// match its topic. `ticket` comes back with [Input.Handled]; QoS 0 has none.
    record Deliver(int connection, Publish message, @Nullable Ticket ticket, List<String> filters)
            implements Effect {

        /// QoS 0 is not recorded, so nothing of it waits.
        @Override
        public boolean isImmediate() {
            return ticket == null;
        }
    }

    /// Nobody waits for the handler of this message any more: it was acknowledged without it, or
    /// the broker delivers the message again. [Input.LetGo] follows once no handler runs with it.
    record GiveUp(Ticket ticket) implements Effect {}

    /// Ask the authenticator; its answer comes back with [Input.AuthAnswer].
    ///
    /// @param data what the broker sent
    /// @param last whether the broker is content: only our own verdict on it is still wanted
    record Challenge(int connection, @Nullable Bytes data, boolean last) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }

        @Override
        public String toString() {
            return "Challenge[" + connection + ", last=" + last + "]";
        }
    }

    /// Ask the authenticator to begin anew; its first word comes back with [Input.AuthAnswer].
    record BeginAuthentication(int connection) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }
    }

    /// Messages up to `sequence` that were handed in so far are accepted at their level of
    /// durability.
    record Admit(long sequence) implements Effect {}

    /// The life of a message has ended.
    record Complete(long sequence, Outcome outcome) implements Effect {}

    /// The lives of all messages from `first` to `last` that have not ended by other effects end
    /// with this.
    record CompleteRest(long first, long last, Outcome outcome) implements Effect {}

    /// The message of `sequence` is the one of `earlier`, handed in once more: one life for both.
    record Repeats(long sequence, long earlier) implements Effect {}

    /// The next `count` exchanges that were opened ahead are durable: comes back as [Input.Ready].
    record OpenedAhead(int connection, int count) implements Effect {}

    /// The answer to [Input.Inquired] where the life of the message has ended, or it never had one.
    record Over(long sequence) implements Effect {}

    /// What [Input.Purge] was to give up is given up: `messages` of them. So it is with every
    /// request before it that has no answer yet.
    record Purged(long number, long messages) implements Effect {}

    /// Every message that an earlier process accepted has its outcome.
    record EarlierOver() implements Effect {}

    /// The broker granted a wanted filter.
    record FilterGranted(String filter, Qos qos) implements Effect {}

    /// The broker refused a wanted filter for good on this connection.
    record FilterRefused(String filter, ReasonCode reason) implements Effect {}

    /// The broker gave no answer about a wanted filter on this connection, however often it was
    /// asked.
    record FilterUnanswered(String filter) implements Effect {}

    /// The broker did not say that it stops serving `filter`, however often it was asked on this
    /// connection.
    ///
    /// @param reason `null`: it gave no answer
    record FilterKept(String filter, @Nullable ReasonCode reason) implements Effect {}

    /// The broker does not serve `filter` any more.
    record FilterEnded(String filter) implements Effect {}

    /// Tell the listeners.
    record Tell(ClientEvent event) implements Effect {
        @Override
        public boolean isImmediate() {
            return true;
        }
    }

    /// The session has ended; no input changes anything from here on.
    ///
    /// @param finished whether everything accepted had reached its outcome
    record End(boolean finished) implements Effect {}
}
