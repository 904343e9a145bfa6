package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;

/// What dies with a connection: replaced whole, never reset field by field.
final class ConnectionState {

    /// How far the connection has come; each phase but the last has a deadline.
    enum Phase {
        DIALING,
        AWAITING_CONNACK,
        ONLINE
    }

    /// A QoS 0 message that waits for room at the writer. It is never recorded.
    record Fleeting(long sequence, Publish message) {}

    final int number;
    final Target target;
    final ProtocolVersion version;

    /// What we announce as our Receive Maximum.
    final int receiveMaximum;

    final long startedAt;

    Phase phase = Phase.DIALING;
    long phaseDeadline;
    String phaseName = "";
    String linkDescription = "";

    /// 3.1.1 only: this connection exists to end whatever session the broker had, and then makes
    /// way for the real one.
    boolean clearing;

    boolean cleanStart;

    /// There is no session of ours at this broker: it has none, another broker has it, or it is of
    /// another version of MQTT.
    boolean fresh;

    @Nullable Limits limits;

    /// Exchanges whose PUBLISH went out on this connection and is unfinished: its size is the quota
    /// in use (F21).
    final IdSet inQuota = new IdSet();

    final ArrayDeque<Outgoing.Unacknowledged> resend = new ArrayDeque<>();
    final Ahead ahead = new Ahead();
    final ArrayDeque<Fleeting> fleeting = new ArrayDeque<>();
    long fleetingBytes;

    /// PUBACKs owed, in the order in which their PUBLISHes came `[MQTT-4.6.0-2]`.
    final ArrayDeque<Ticket> pubacks = new ArrayDeque<>();

    /// Incoming QoS 2 identifiers that were published on this connection and are unfinished: with
    /// [#pubacks], the broker's quota in use (F21).
    final IdSet received = new IdSet();

    /// PUBCOMPs of exchanges whose PUBLISH came on an earlier connection: each gives the broker
    /// quota that no PUBLISH of this connection took (4.9).
    int quotaGivenBack;

    /// Incoming QoS 2 identifiers whose PUBREL came before their handlers were done: PUBCOMP is
    /// owed.
    final IdSet released = new IdSet();

    final Authenticating authenticating;
    final IncomingAliases incomingAliases;
    OutgoingAliases outgoingAliases = new OutgoingAliases(0);
    final Unanswered unanswered = new Unanswered();

    @Nullable Publish stateMessage;
    int offlineId;

    /// "offline" could not be sent, or the broker refused it.
    boolean offlineFailed;

    /// Why the session is about to go over to another connection; `null`: it is not.
    @Nullable String moving;

    long moveUntil;

    boolean stable;
    long onlineAt;

    long unwritten;
    long written;
    long read;
    long writeProgressAt;
    long sentAt;
    long heardAt;
    long pingSentAt;
    boolean pingOutstanding;

    ConnectionState(int number, Target target, long now, int receiveMaximum, Mqtt5Options mqtt5) {
        this.number = number;
        this.target = target;
        this.version = target.versions.next();
        this.receiveMaximum = receiveMaximum;
        this.startedAt = now;
        incomingAliases = new IncomingAliases(mqtt5.topicAliasMaximum());
        authenticating = new Authenticating(number, mqtt5.authenticationMethod());
    }

    boolean isOnline() {
        return phase == Phase.ONLINE;
    }
}
