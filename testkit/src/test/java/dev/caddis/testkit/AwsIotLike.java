package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Connect;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An endpoint that plays AWS IoT Core where that differs from other brokers, on the test's thread.
///
/// It takes 8 filters a SUBSCRIBE, 50 a connection and no subscription identifier, grants QoS 1 at
/// most, never answers a QoS 2 PUBLISH, and leaves PUBACKs out ([#throttling]). Over all
/// connections it remembers what it did not answer: a client that sends anything else again, leaves
/// out some of it, or does so in another order or late, fails the test.
final class AwsIotLike {

    static final int FILTERS_A_SUBSCRIBE = 8;
    static final int FILTERS_A_CONNECTION = 50;
    static final int IN_FLIGHT = 100;
    private static final int TOPIC_ALIASES = 8;
    private static final int PACKET_BYTES = 146 << 10;

    private final ScriptedBroker broker;
    private boolean sessionKept;
    private final Set<String> granted = new HashSet<>();
    private final Map<Integer, Publish> unanswered = new LinkedHashMap<>(); // as they first came
    private final List<String> firstArrivals = new ArrayList<>();

    /// What a resumed connection has to begin with.
    private final ArrayDeque<Publish> owed = new ArrayDeque<>();

    private int throttledOf;
    private int taken;

    AwsIotLike(ScriptedBroker broker) {
        this.broker = broker;
    }

    /// From here on every `of`th QoS 1 PUBLISH gets no PUBACK; 0: each gets one.
    void throttling(int of) {
        throttledOf = of;
        taken = 0;
    }

    /// Accepts the next connection, and its CONNECT.
    BrokerConnection accept() {
        BrokerConnection c = broker.accept();
        Connect connect = c.expect(Connect.class);
        boolean present = sessionKept && !connect.cleanStart();
        if (!present) {
            granted.clear();
            unanswered.clear();
        }
        owed.clear();
        owed.addAll(unanswered.values());
        if (connect.version() == ProtocolVersion.V5) {
            ConnackBuilder answer =
                    Packets.accepting()
                            .receiveMaximum(IN_FLIGHT)
                            .maximumQos(Qos.AT_LEAST_ONCE)
                            .maximumPacketSize(PACKET_BYTES)
                            .topicAliasMaximum(TOPIC_ALIASES)
                            .noSubscriptionIdentifiers();
            c.send((present ? answer.sessionPresent() : answer).build());
            sessionKept = true;
        } else {
            c.send(Packets.connack(present, ReasonCode.SUCCESS));
            sessionKept = !connect.cleanStart();
        }
        return c;
    }

    /// Takes the next connection, whose CONNECT comes too soon after the last: closes it without a
    /// word.
    void refuse() {
        BrokerConnection c = broker.accept();
        c.expect(Connect.class);
        c.close();
    }

    /// Takes the next packets and does with each what the endpoint does.
    ///
    /// @return the packets
    List<Packet> serve(BrokerConnection c, int packets) {
        List<Packet> served = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            Packet packet = c.expect(Packet.class);
            served.add(packet);
            switch (packet) {
                case Subscribe subscribe -> subscribe(c, subscribe);
                case Unsubscribe unsubscribe -> {
                    granted.removeAll(unsubscribe.filters());
                    c.send(Packets.unsuback(unsubscribe));
                }
                case Publish publish -> publish(c, publish);
                default -> throw new AssertionError("out of turn: " + packet);
            }
        }
        return served;
    }

    private void subscribe(BrokerConnection c, Subscribe subscribe) {
        int filters = subscribe.requests().size();
        if (filters > FILTERS_A_SUBSCRIBE) {
            throw punished(c, ReasonCode.PROTOCOL_ERROR, filters + " filters in a SUBSCRIBE");
        }
        if (subscribe.subscriptionIdentifier() != null) {
            throw punished(
                    c,
                    ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED,
                    "a subscription identifier");
        }
        var reasons = new ReasonCode[filters];
        for (int i = 0; i < filters; i++) {
            Subscribe.Request request = subscribe.requests().get(i);
            boolean room =
                    granted.contains(request.filter()) || granted.size() < FILTERS_A_CONNECTION;
            if (room) {
                granted.add(request.filter());
            }
            reasons[i] = room ? grantOf(request) : ReasonCode.QUOTA_EXCEEDED;
        }
        c.send(Packets.suback(subscribe, reasons));
    }

    private static ReasonCode grantOf(Subscribe.Request request) {
        return request.options().maximumQos() == Qos.AT_MOST_ONCE
                ? ReasonCode.SUCCESS
                : ReasonCode.GRANTED_QOS_1;
    }

    private void publish(BrokerConnection c, Publish publish) {
        Integer alias = publish.properties().topicAlias();
        if (alias != null && alias > TOPIC_ALIASES) {
            throw punished(c, ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias);
        }
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            return;
        }
        if (publish.dup()) {
            Publish due = owed.poll();
            assertThat(name(publish))
                    .as("sent again")
                    .isEqualTo(due == null ? "nothing more" : name(due));
        } else {
            assertThat(owed).as("not sent again before " + name(publish)).isEmpty();
            assertThat(unanswered).as("identifiers in use").doesNotContainKey(publish.packetId());
            unanswered.put(publish.packetId(), publish);
            firstArrivals.add(publish.payload().asUtf8());
            if (unanswered.size() > IN_FLIGHT) {
                throw punished(
                        c,
                        ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
                        unanswered.size() + " messages in flight");
            }
        }
        if (publish.qos() == Qos.AT_LEAST_ONCE && !isThrottled()) {
            answer(c, publish);
        }
    }

    private boolean isThrottled() {
        return throttledOf > 0 && ++taken % throttledOf == 0;
    }

    /// Sends the PUBACK that was left out longest ago.
    void answerOldest(BrokerConnection c) {
        answer(c, unanswered.values().iterator().next());
    }

    private void answer(BrokerConnection c, Publish publish) {
        unanswered.remove(publish.packetId());
        c.send(Packets.puback(publish));
    }

    /// The payloads of what was not answered, in the order in which they first came.
    List<String> unanswered() {
        return unanswered.values().stream().map(publish -> publish.payload().asUtf8()).toList();
    }

    /// The payloads of QoS 1 and 2 messages, in the order in which they first came.
    List<String> firstArrivals() {
        return firstArrivals;
    }

    private static String name(Publish publish) {
        return publish.payload().asUtf8() + " as packet " + publish.packetId();
    }

    /// The endpoint ends the connection, and the test knows why.
    private static AssertionError punished(BrokerConnection c, ReasonCode reason, String what) {
        c.send(Packets.disconnect(reason));
        c.close();
        return new AssertionError("the endpoint disconnects a client for " + what);
    }
}
