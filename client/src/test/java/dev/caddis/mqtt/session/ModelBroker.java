package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Disconnect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Pingreq;
import dev.caddis.mqtt.packet.Pingresp;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Pubcomp;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Pubrel;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/// A broker that does exactly what the standard says, and nothing it does not have to; it complains
/// about a client that does not.
final class ModelBroker {

    private static final int RECEIVE_MAXIMUM = 4;

    /// What it publishes, and how far that has come.
    private static final class Sent {
        final Publish publish;
        boolean released;

        Sent(Publish publish) {
            this.publish = publish;
        }
    }

    final List<String> received = new ArrayList<>();
    private final Queue<Publish> toPublish = new ArrayDeque<>();
    private final Map<Integer, Sent> sent = new LinkedHashMap<>();
    private final Set<Integer> receivedIds = new HashSet<>(); // QoS 2, before PUBREL
    private final Set<Integer> open = new HashSet<>(); // of the client's, on this connection
    private final Set<Integer> seenOnConnection = new HashSet<>();
    private boolean hasSession;
    private boolean connected;
    private int clientsMaximum;
    private int lastId;
    private int lastNumber;

    /// Takes one packet and answers.
    List<Packet> take(Packet packet) {
        List<Packet> answers = new ArrayList<>();
        if (packet instanceof Connect connect) {
            assertThat(connected).as("a second CONNECT [MQTT-3.1.0-2]").isFalse();
            welcome(connect, answers);
            return answers;
        }
        assertThat(connected).as("%s before CONNECT [MQTT-3.1.0-1]", packet).isTrue();
        switch (packet) {
            case Publish publish -> take(publish, answers);
            case Pubrel pubrel -> {
                receivedIds.remove(pubrel.packetId());
                open.remove(pubrel.packetId());
                seenOnConnection.remove(pubrel.packetId());
                answers.add(new Pubcomp(pubrel.packetId(), ReasonCode.SUCCESS));
            }
            case Puback puback -> {
                Sent done = sent.remove(puback.packetId());
                assertThat(done).as("PUBACK %d answers nothing", puback.packetId()).isNotNull();
            }
            case Pubrec pubrec -> {
                Sent known = sent.get(pubrec.packetId());
                if (known == null) {
                    throw new AssertionError("PUBREC " + pubrec.packetId() + " answers nothing");
                }
                known.released = true;
                answers.add(new Pubrel(pubrec.packetId(), ReasonCode.SUCCESS));
            }
            case Pubcomp pubcomp -> sent.remove(pubcomp.packetId());
            case Subscribe subscribe ->
                    answers.add(
                            new Suback(
                                    subscribe.packetId(),
                                    subscribe.requests().stream()
                                            .map(each -> ReasonCode.GRANTED_QOS_2)
                                            .toList(),
                                    null,
                                    List.of()));
            case Pingreq ping -> answers.add(new Pingresp());
            case Disconnect disconnect -> gone();
            default -> throw new AssertionError("a client never sends " + packet);
        }
        return answers;
    }

    private void welcome(Connect connect, List<Packet> answers) {
        connected = true;
        Integer maximum = connect.properties().receiveMaximum();
        clientsMaximum = maximum == null ? 65_535 : maximum;
        boolean present = hasSession && !connect.cleanStart();
        if (!present) {
            receivedIds.clear();
            sent.values().forEach(each -> toPublish.add(each.publish.withDelivery(0, false)));
            sent.clear();
        }
        hasSession = true;
        answers.add(
                PacketScript.packet(
                        "CONNACK",
                        new Line(
                                "session-present=%d receive-maximum=%d topic-alias-maximum=2"
                                        .formatted(present ? 1 : 0, RECEIVE_MAXIMUM))));
        for (Sent each : sent.values()) { // [MQTT-4.4.0-1], its own half of it
            answers.add(
                    each.released
                            ? new Pubrel(each.publish.packetId(), ReasonCode.SUCCESS)
                            : each.publish.withDelivery(each.publish.packetId(), true));
        }
    }

    private void take(Publish publish, List<Packet> answers) {
        int id = publish.packetId();
        if (publish.qos() != Qos.AT_MOST_ONCE) {
            assertThat(seenOnConnection.add(id))
                    .as("PUBLISH %d again on a live connection [MQTT-4.4.0-1]", id)
                    .isTrue();
            open.add(id);
            assertThat(open.size())
                    .as("unanswered PUBLISHes [MQTT-3.3.4-7]")
                    .isLessThanOrEqualTo(RECEIVE_MAXIMUM);
        }
        switch (publish.qos()) {
            case AT_MOST_ONCE -> received.add(publish.payload().asUtf8());
            case AT_LEAST_ONCE -> {
                received.add(publish.payload().asUtf8());
                open.remove(id);
                seenOnConnection.remove(id);
                answers.add(new Puback(id, ReasonCode.SUCCESS));
            }
            case EXACTLY_ONCE -> {
                if (receivedIds.add(id)) {
                    received.add(publish.payload().asUtf8());
                }
                answers.add(new Pubrec(id, ReasonCode.SUCCESS));
            }
        }
    }

    /// The connection is gone; the session is not.
    void gone() {
        connected = false;
        open.clear();
        seenOnConnection.clear();
    }

    /// A message for the client, sent when its Receive Maximum allows.
    ///
    /// @return its payload
    String publish(Qos qos) {
        String payload = "down-" + qos.level() + "-" + ++lastNumber;
        toPublish.add(
                new Publish(
                        "down",
                        Bytes.utf8(payload),
                        qos,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE));
        return payload;
    }

    /// What may go out now.
    List<Packet> pump() {
        List<Packet> out = new ArrayList<>();
        while (connected && !toPublish.isEmpty() && sent.size() < clientsMaximum) {
            Publish next = toPublish.remove();
            lastId = lastId % 65_535 + 1;
            Publish publish = next.withDelivery(lastId, false);
            sent.put(lastId, new Sent(publish));
            out.add(publish);
        }
        return out;
    }

    boolean isIdle() {
        return toPublish.isEmpty() && sent.isEmpty() && receivedIds.isEmpty();
    }
}
