package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashSet;
import java.util.Set;

/// Everything the broker publishes to us: delivered to the handlers, and answered as its QoS
/// requires `[MQTT-3.3.4-1]`.
///
/// QoS 1 is acknowledged when the handlers are done, in the order of arrival `[MQTT-4.6.0-2]`. QoS
/// 2 is recorded, then answered with PUBREC (F08); PUBCOMP follows the handlers, so that the
/// broker's quota bounds what waits for them.
final class Receiver {

    /// What the QoS 2 messages at the handlers may weigh ([Publish#weight]).
    static final long AT_HANDLERS_MAX = 64L << 20;

    private final Step step;
    private final Filters filters;
    private final Set<Ticket> undone = new LinkedHashSet<>(); // in order of delivery
    private long atHandlers; // what the QoS 2 messages weigh that handlers have or will have

    Receiver(Step step, Filters filters) {
        this.step = step;
        this.filters = filters;
    }

    /// A restart: the handlers of the last process may not have been done with these, and the
    /// broker, which has our PUBREC, publishes them never again (F08).
    void redeliver() {
        for (Incoming incoming : step.state.incoming.values()) {
            if (!incoming.handled()) {
                deliver(0, incoming.message(), ticket(0, incoming.packetId(), incoming.message()));
            }
        }
    }

    /// Whether there is no room for another QoS 2 message, which would be recorded before its
    /// handler has it. One whose session was lost, or that was acknowledged without its handler,
    /// counts until the handler is done with it.
    boolean isFull(Publish publish) {
        return publish.qos() == Qos.EXACTLY_ONCE
                && atHandlers > 0
                && atHandlers + publish.weight() > AT_HANDLERS_MAX
                && !step.state.incoming.containsKey(publish.packetId());
    }

    /// @return whether the broker keeps to our Receive Maximum `[MQTT-3.3.4-9]`
    boolean onPublish(ConnectionState connection, Publish publish) {
        return switch (publish.qos()) {
            case AT_MOST_ONCE -> {
                deliver(connection.number, publish, null);
                yield true;
            }
            case AT_LEAST_ONCE -> {
                Ticket ticket = ticket(connection.number, publish.packetId(), publish);
                connection.pubacks.add(ticket); // a repeated one is delivered again [MQTT-4.3.2-5]
                deliver(connection.number, publish, ticket);
                yield isWithinQuota(connection);
            }
            case EXACTLY_ONCE -> {
                int id = publish.packetId();
                connection.received.add(id);
                if (!step.state.incoming.containsKey(
                        id)) { // else no second delivery [MQTT-4.3.3-10]
                    step.persist(new Change.Received(id, publish));
                    deliver(connection.number, publish, ticket(connection.number, id, publish));
                }
                step.effects.send(
                        connection.number, new Pubrec(id, ReasonCode.SUCCESS)); // [MQTT-4.3.3-8]
                yield isWithinQuota(connection);
            }
        };
    }

    private Ticket ticket(int connection, int packetId, Publish publish) {
        return new Ticket(
                connection,
                step.state.generation,
                packetId,
                publish.qos(),
                step.now,
                publish.topic(),
                publish.weight());
    }

    private void deliver(int connection, Publish publish, @Nullable Ticket ticket) {
        if (ticket != null) {
            undone.add(ticket);
            if (ticket.qos == Qos.EXACTLY_ONCE) {
                atHandlers += ticket.weight;
            }
        }
        step.effects.add(
                new Effect.Deliver(
                        connection,
                        publish,
                        ticket,
                        filters.of(publish.properties().subscriptionIdentifiers())));
    }

    /// When the handler that has worked longest is late; `Long.MAX_VALUE` if none works.
    long nextDeadline() {
        return undone.isEmpty()
                ? Long.MAX_VALUE
                : undone.iterator().next().deliveredAt
                        + step.settings.handlerDeadline().within().toNanos();
    }

    /// Deals with handlers that are late (F14).
    ///
    /// @return the topic of a message for which the connection has to be made anew, or `null`
    @Nullable String checkHandlers(@Nullable ConnectionState connection) {
        String reconnectFor = null;
        while (nextDeadline() <= step.now) {
            Ticket late = undone.iterator().next();
            undone.remove(late);
            HandlerDeadline deadline = step.settings.handlerDeadline();
            step.effects.tell(new ClientEvent.HandlerLate(late.topic, deadline.within()));
            switch (deadline.whenLate()) {
                case TELL -> {}
                case ACKNOWLEDGE -> {
                    step.effects.add(new Effect.GiveUp(late));
                    onHandled(late, connection);
                }
                case RECONNECT -> { // a QoS 2 message would not come again
                    if (late.qos == Qos.AT_LEAST_ONCE) {
                        reconnectFor = late.topic;
                    }
                }
            }
        }
        return reconnectFor;
    }

    private boolean isWithinQuota(ConnectionState connection) {
        int open =
                connection.pubacks.size() + connection.received.size() - connection.quotaGivenBack;
        return connection.pubacks.size() <= SessionSettings.RECEIVE_MAXIMUM_MAX // identifiers
                && (connection.version == ProtocolVersion.V3_1_1
                        || open <= connection.receiveMaximum);
    }

    /// The connection is gone: the broker delivers again what was not acknowledged on it (F13).
    void disconnected(ConnectionState connection) {
        for (Ticket ticket : connection.pubacks) {
            if (!ticket.handled) {
                undone.remove(ticket);
                step.effects.add(new Effect.GiveUp(ticket));
            }
        }
    }

    /// PUBREL: answered at once where the handler is done or the identifier is unknown (F09), else
    /// when it is done.
    void onPubrel(ConnectionState connection, Pubrel pubrel) {
        int id = pubrel.packetId();
        Incoming incoming = step.state.incoming.get(id);
        if (incoming == null) {
            ReasonCode reason =
                    connection.version == ProtocolVersion.V5
                            ? ReasonCode.PACKET_IDENTIFIER_NOT_FOUND
                            : ReasonCode.SUCCESS;
            connection.quotaGivenBack++;
            step.effects.send(connection.number, new Pubcomp(id, reason));
        } else if (incoming.handled()) {
            complete(connection, id);
        } else {
            connection.released.add(id);
        }
    }

    private void complete(ConnectionState connection, int id) {
        connection.released.remove(id);
        if (!connection.received.remove(id)) {
            connection.quotaGivenBack++;
        }
        step.persist(new Change.Completed(id));
        step.effects.send(
                connection.number, new Pubcomp(id, ReasonCode.SUCCESS)); // [MQTT-4.3.3-11]
    }

    /// The handlers are done. What belongs to a connection or a session that is gone is
    /// acknowledged by nobody: the broker delivers it again (F13).
    void onHandled(Ticket ticket, @Nullable ConnectionState connection) {
        if (ticket.handled) {
            return;
        }
        ticket.handled = true;
        ticket.topic = ""; // it may wait long for those before it
        undone.remove(ticket);
        if (ticket.qos == Qos.EXACTLY_ONCE) {
            Incoming incoming = step.state.incoming.get(ticket.packetId);
            if (incoming != null
                    && !incoming.handled()
                    && ticket.generation == step.state.generation) {
                step.persist(new Change.Handled(ticket.packetId));
                if (connection != null && connection.released.contains(ticket.packetId)) {
                    complete(connection, ticket.packetId);
                }
            }
        } else if (connection != null && connection.number == ticket.connection) {
            acknowledge(connection);
        }
    }

    /// No handler has the message any more, or will have it.
    void onLetGo(Ticket ticket) {
        if (ticket.qos == Qos.EXACTLY_ONCE && !ticket.letGo) {
            ticket.letGo = true;
            atHandlers -= ticket.weight;
        }
    }

    private void acknowledge(ConnectionState connection) {
        for (Ticket head = connection.pubacks.peek();
                head != null && head.handled;
                head = connection.pubacks.peek()) {
            connection.pubacks.remove();
            step.effects.send(connection.number, new Puback(head.packetId, ReasonCode.SUCCESS));
        }
    }
}
