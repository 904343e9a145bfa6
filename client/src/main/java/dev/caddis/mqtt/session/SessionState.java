package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.session.Outgoing.AwaitingPuback;
import dev.caddis.mqtt.session.Outgoing.AwaitingPubcomp;
import dev.caddis.mqtt.session.Outgoing.AwaitingPubrec;
import dev.caddis.mqtt.session.Outgoing.Unacknowledged;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a session remembers beyond its connections (4.1), and nothing else.
///
/// It changes only by [#apply], so that replaying the recorded changes gives the same state. Its
/// owner's thread alone touches it.
public final class SessionState {

    /// A message that the broker may have had in a session it lost: to be published again as new.
    record Again(long sequence, Publish message) {}

    /// What the broker serves a filter with; `identifier` is 0 where it has none.
    record Grant(SubscriptionOptions options, int identifier) {}

    /// In the order in which PUBLISH was sent; an exchange moves to the end when PUBREC arrives, so
    /// that the order of the PUBRELs is kept as well `[MQTT-4.6.0-1]` `[MQTT-4.6.0-4]`.
    final Map<Integer, Outgoing> outgoing = new LinkedHashMap<>();

    final Map<Integer, Incoming> incoming = new LinkedHashMap<>();
    final Map<String, Grant> granted = new LinkedHashMap<>();
    final ArrayDeque<Again> again = new ArrayDeque<>();
    final PacketIds ids = new PacketIds();

    /// The first sequence of the outbox that is not sent, dropped or otherwise gone.
    long cursor = 1;

    /// The highest accepted sequence; 0 while there is none.
    long lastAccepted;

    long outboxMessages;
    long outboxBytes;

    /// The version in which the broker holds a session of ours; `null` while it holds none that we
    /// know of.
    @Nullable ProtocolVersion established;

    /// The client identifier that the broker chose; `null` where it chose none.
    @Nullable String assignedClientId;

    /// Counts the sessions that were lost: an incoming identifier means nothing across one.
    int generation;

    void apply(Change change) {
        switch (change) {
            case Change.Accepted accepted -> {
                lastAccepted = accepted.sequence();
                outboxMessages++;
                outboxBytes += sizeOf(accepted.message());
            }
            case Change.Dropped dropped -> leaveOutbox(dropped.sequence(), dropped.size());
            case Change.Opened opened -> open(opened);
            case Change.StateOpened opened -> {
                ids.restore(opened.packetId());
                put(new AwaitingPuback(opened.packetId(), Outgoing.STATE, opened.message(), false));
            }
            case Change.Released released -> {
                if (outgoing.remove(released.packetId()) instanceof AwaitingPubrec sent) {
                    put(sent.released());
                }
            }
            case Change.Ended ended -> {
                outgoing.remove(ended.packetId());
                ids.free(ended.packetId());
            }
            case Change.Received received ->
                    incoming.put(
                            received.packetId(),
                            new Incoming(received.packetId(), received.message(), false));
            case Change.Handled handled ->
                    incoming.computeIfPresent(handled.packetId(), (id, done) -> done.withHandled());
            case Change.Completed completed -> incoming.remove(completed.packetId());
            case Change.Granted grant ->
                    granted.put(grant.filter(), new Grant(grant.options(), grant.identifier()));
            case Change.Revoked revoked -> granted.remove(revoked.filter());
            case Change.Established now -> established = now.version();
            case Change.ClientIdAssigned assigned -> assignedClientId = assigned.clientId();
            case Change.Lost lost -> lose(lost.resend());
        }
    }

    private void open(Change.Opened opened) {
        Again head = again.peek();
        if (head != null && head.sequence() == opened.sequence()) {
            again.remove();
        } else {
            leaveOutbox(opened.sequence(), sizeOf(opened.message()));
        }
        ids.restore(opened.packetId());
        put(
                opened.message().qos() == Qos.EXACTLY_ONCE
                        ? new AwaitingPubrec(
                                opened.packetId(),
                                opened.sequence(),
                                opened.message(),
                                opened.possiblyRepeated())
                        : new AwaitingPuback(
                                opened.packetId(),
                                opened.sequence(),
                                opened.message(),
                                opened.possiblyRepeated()));
    }

    private void leaveOutbox(long sequence, long size) {
        cursor = sequence + 1;
        outboxMessages--;
        outboxBytes -= size;
    }

    private void put(Outgoing exchange) {
        outgoing.put(exchange.packetId(), exchange);
    }

    /// QoS 1, and QoS 2 before PUBREC, go out again as new; after PUBREC the broker had the message
    /// (MQTT 5.0 section 4.1, and the promise in docs/library.md).
    private void lose(boolean resend) {
        var waiting = new ArrayDeque<>(again);
        again.clear();
        for (Outgoing exchange : outgoing.values()) {
            ids.free(exchange.packetId());
            if (exchange instanceof Unacknowledged sent && !sent.isState()) {
                again.add(new Again(sent.sequence(), sent.message()));
            } else if (resend && exchange instanceof AwaitingPubcomp released) {
                again.add(new Again(released.sequence(), released.message()));
            }
        }
        again.addAll(waiting);
        outgoing.clear();
        incoming.clear();
        granted.clear();
        established = null;
        generation++;
    }

    /// What a message counts for in the bound of the outbox: payload, topic and properties, in
    /// bytes and characters.
    static long sizeOf(Publish message) {
        return message.contentLength();
    }

    /// Whether anything accepted has not reached its outcome.
    boolean hasUnfinished() {
        return outboxMessages > 0
                || !again.isEmpty()
                || outgoing.values().stream().anyMatch(o -> !o.isState());
    }
}
