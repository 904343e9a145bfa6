package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsuback;
import dev.caddis.mqtt.packet.Unsubscribe;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A broker that does what the standard says, and complains about a client that does not.
///
/// It knows one client. Its session is on a disk of its own that never fails, until [#forget].
final class ModelBroker {

    /// What it publishes, and how far that has come.
    private static final class Sent {
        final Publish publish;
        boolean released;

        Sent(Publish publish) {
            this.publish = publish;
        }
    }

    private final World world;
    private final Ledger ledger;
    private final HandlerLedger handlers;
    private final int inFlightMax;

    // the session
    private boolean hasSession;
    private final Map<Integer, String> received = new HashMap<>(); // QoS 2, before PUBREL
    private final Map<Integer, Sent> sent = new LinkedHashMap<>();
    private final ArrayDeque<Publish> queued = new ArrayDeque<>();
    private final Set<String> filters = new HashSet<>();
    private int lastId;

    private @Nullable SimulatedLink live;
    private int newestSerial;

    /// On which a client that had a session got a new one. If it never learns, or dies before it
    /// has recorded that, it takes the new one for its own the next time, and can know no better.
    private @Nullable SimulatedLink begunBy;

    private boolean calm;

    /// @param inFlightMax of the client's own making, where the version has no other
    ModelBroker(World world, Ledger ledger, HandlerLedger handlers, int inFlightMax) {
        this.world = world;
        this.ledger = ledger;
        this.handlers = handlers;
        this.inFlightMax = inFlightMax;
    }

    // ---- what happens to it

    /// From here on it refuses nothing.
    void calmDown() {
        calm = true;
    }

    boolean isIdle() {
        return queued.isEmpty() && sent.isEmpty() && received.isEmpty();
    }

    /// It is stopped and started, with its session.
    void restart() {
        world.say("= the broker restarts");
        SimulatedLink it = live;
        if (it != null) {
            it.brokerEnds();
            live = null;
        }
    }

    /// It is started without what it knew.
    void forget() {
        restart();
        world.say("= the broker has lost the session");
        wipe();
    }

    private void wipe() {
        hasSession = false;
        received.clear();
        sent.values().forEach(each -> handlers.lost(each.publish));
        queued.forEach(handlers::lost);
        sent.clear();
        queued.clear();
        filters.clear();
        ledger.sessionEnded();
    }

    /// The next packet of `link`, or its end.
    void read(SimulatedLink link) {
        Packet packet = link.up.poll();
        if (packet == null) {
            end(link);
            return;
        }
        if (world.transcript.isOn()) {
            world.say("= " + link.serial + " " + Words.of(packet));
        }
        if (packet instanceof Connect connect) {
            welcome(link, connect);
        } else if (live != link) {
            throw new SimulationFailure(packet + " came before CONNECT [MQTT-3.1.0-1]");
        } else {
            take(link, packet);
        }
        pump();
    }

    private void end(SimulatedLink link) {
        link.brokerEnds();
        if (live == link) {
            live = null;
            if (link.sessionEndsWithIt) {
                wipe();
            }
        }
    }

    // ---- connecting

    private void welcome(SimulatedLink link, Connect connect) {
        if (link.serial < newestSerial) { // older than the present one: it died in the network
            link.brokerEnds();
            return;
        }
        newestSerial = link.serial;
        SimulatedLink old = live;
        if (old != null) { // [MQTT-3.1.4-3]
            if (old.version == ProtocolVersion.V5) {
                old.brokerSends(new Disconnect(ReasonCode.SESSION_TAKEN_OVER));
            }
            end(old);
        }
        if (world.faults.refuses() && !calm && world.chance(6)) {
            link.brokerSends(
                    new Connack(false, ReasonCode.SERVER_UNAVAILABLE, Connack.Properties.NONE));
            link.brokerEnds();
            return;
        }
        live = link;
        Integer clients = connect.properties().receiveMaximum();
        link.clientsReceiveMaximum = clients == null ? 8 : Math.min(8, clients);
        link.sessionEndsWithIt = link.version == ProtocolVersion.V3_1_1 && connect.cleanStart();
        if (connect.cleanStart()) {
            wipe();
        }
        boolean present = hasSession;
        hasSession = true;
        SimulatedLink first = begunBy;
        if (present && first != null && !first.lossIsKnown) {
            ledger.lossWasHidden();
        }
        begunBy = present || connect.cleanStart() ? null : link;
        boolean v5 = link.version == ProtocolVersion.V5;
        link.receiveMaximum = v5 ? 1 + world.random.nextInt(5) : inFlightMax;
        link.brokerSends(
                new Connack(
                        present,
                        ReasonCode.SUCCESS,
                        v5 ? properties(link.receiveMaximum) : Connack.Properties.NONE));
        for (Sent each : sent.values()) { // [MQTT-4.4.0-1], its own half of it
            link.brokerSends(
                    each.released
                            ? new Pubrel(each.publish.packetId(), ReasonCode.SUCCESS)
                            : each.publish.withDelivery(each.publish.packetId(), true));
        }
    }

    private Connack.Properties properties(int receiveMaximum) {
        return new Connack.Properties(
                null,
                receiveMaximum,
                null,
                null,
                null,
                null,
                world.random.nextInt(3),
                null,
                List.of(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    // ---- packets

    private void take(SimulatedLink link, Packet packet) {
        switch (packet) {
            case Publish publish -> take(link, publish);
            case Pubrel pubrel -> {
                boolean known = received.remove(pubrel.packetId()) != null;
                link.unanswered.remove(pubrel.packetId());
                link.brokerSends(
                        new Pubcomp(
                                pubrel.packetId(),
                                known || link.version == ProtocolVersion.V3_1_1
                                        ? ReasonCode.SUCCESS
                                        : ReasonCode.PACKET_IDENTIFIER_NOT_FOUND));
            }
            case Puback puback -> known(sent.remove(puback.packetId()), packet);
            case Pubrec pubrec -> {
                known(sent.get(pubrec.packetId()), packet).released = true;
                link.brokerSends(new Pubrel(pubrec.packetId(), ReasonCode.SUCCESS));
            }
            case Pubcomp pubcomp -> known(sent.remove(pubcomp.packetId()), packet);
            case Subscribe subscribe -> {
                subscribe.requests().forEach(each -> filters.add(each.filter()));
                link.brokerSends(
                        new Suback(
                                subscribe.packetId(),
                                subscribe.requests().stream()
                                        .map(each -> ReasonCode.GRANTED_QOS_2)
                                        .toList(),
                                null,
                                List.of()));
            }
            case Unsubscribe unsubscribe -> {
                unsubscribe.filters().forEach(filters::remove);
                link.brokerSends(
                        new Unsuback(
                                unsubscribe.packetId(),
                                unsubscribe.filters().stream()
                                        .map(each -> ReasonCode.SUCCESS)
                                        .toList(),
                                null,
                                List.of()));
            }
            case Pingreq ping -> link.brokerSends(new Pingresp());
            case Disconnect disconnect -> {
                Long expiry = disconnect.sessionExpirySeconds();
                link.sessionEndsWithIt |= expiry != null && expiry == 0;
                end(link);
            }
            default -> throw new SimulationFailure("a client never sends " + packet);
        }
    }

    private static Sent known(@Nullable Sent sent, Packet answer) {
        if (sent == null) {
            throw new SimulationFailure(Words.of(answer) + " answers nothing");
        }
        return sent;
    }

    private void take(SimulatedLink link, Publish publish) {
        int id = publish.packetId();
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            ledger.arrived(publish, link.topic(publish));
            return;
        }
        if (!link.unanswered.add(id)) {
            throw new SimulationFailure(
                    Words.of(publish) + " comes again on a live connection [MQTT-4.4.0-1]");
        }
        if (link.unanswered.size() > link.receiveMaximum) {
            throw new SimulationFailure(
                    link.unanswered.size()
                            + " unanswered PUBLISHes, with a Receive Maximum of "
                            + link.receiveMaximum
                            + " [MQTT-3.3.4-7]");
        }
        String topic = link.topic(publish);
        String known = received.get(id);
        if (known != null) {
            if (!known.equals(Words.name(publish))) {
                throw new SimulationFailure(
                        Words.of(publish)
                                + " takes the identifier of "
                                + known
                                + ", which is open");
            }
            ledger.repeated(publish);
            link.brokerSends(new Pubrec(id, ReasonCode.SUCCESS));
            return;
        }
        boolean refused =
                world.faults.refuses()
                        && !calm
                        && link.version == ProtocolVersion.V5
                        && !ledger.hasArrived(publish)
                        && world.chance(10);
        ReasonCode reason = refused ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
        if (refused) {
            ledger.refused(publish);
        } else {
            ledger.arrived(publish, topic);
        }
        if (publish.qos() == Qos.AT_LEAST_ONCE) {
            link.unanswered.remove(id);
            link.brokerSends(new Puback(id, reason));
        } else {
            if (refused) {
                link.unanswered.remove(id);
            } else {
                received.put(id, Words.name(publish));
            }
            link.brokerSends(new Pubrec(id, reason));
        }
    }

    // ---- its own messages

    /// Publishes to the client's subscription, if it has one.
    void publish() {
        if (filters.isEmpty()) {
            return;
        }
        Qos qos = Qos.of(world.random.nextInt(3));
        Publish publish =
                new Publish(
                        "down",
                        Bytes.utf8(handlers.nextName(qos)),
                        qos,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE);
        SimulatedLink it = live;
        if (qos != Qos.AT_MOST_ONCE) {
            queued.add(publish);
        } else if (it != null) {
            it.brokerSends(publish);
        }
        pump();
    }

    private void pump() {
        SimulatedLink it = live;
        while (it != null && !queued.isEmpty() && sent.size() < it.clientsReceiveMaximum) {
            do {
                lastId = lastId % 12 + 1; // few, so that they are used again soon
            } while (sent.containsKey(lastId));
            Publish publish = queued.remove().withDelivery(lastId, false);
            sent.put(lastId, new Sent(publish));
            it.brokerSends(publish);
        }
    }
}
