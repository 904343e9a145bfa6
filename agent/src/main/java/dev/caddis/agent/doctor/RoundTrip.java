package dev.caddis.agent.doctor;

import dev.caddis.mqtt.ProbeException;
import dev.caddis.mqtt.event.ConnectionFailure.Kind;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Suback;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;

import java.time.Duration;
import java.util.List;

/// Does a message come back? One of QoS 1, at a topic of the doctor's own.
final class RoundTrip {

    private static final Duration ALL = Duration.ofSeconds(3);
    private static final int SUBSCRIBE = 301;
    private static final int PUBLISH = 302;

    private final String topic;
    private final boolean named;
    private final String nonce;
    private final TimeLeft time;
    private boolean acknowledged;

    /// @param named whether the user named the topic
    /// @param nonce that nobody else sends
    RoundTrip(String topic, boolean named, String nonce, TimeLeft time) {
        this.topic = topic;
        this.named = named;
        this.nonce = nonce;
        this.time = time.within(ALL);
    }

    Finding finding(Conversation talk) {
        try {
            return tried(talk).about(topic);
        } catch (Conversation.HungUp end) {
            return refused("the broker ended the connection: " + Hello.words(end.reason()))
                    .about(topic);
        } catch (ProbeException end) {
            return (end.failure().kind() == Kind.TIMED_OUT && acknowledged
                            ? silent(talk.version())
                            : Approach.failure(Step.ROUND_TRIP, end.failure()))
                    .about(topic);
        }
    }

    private Finding tried(Conversation talk) throws Conversation.HungUp {
        ReasonCode granted =
                talk.ask(
                        new Subscribe(
                                SUBSCRIBE,
                                List.of(
                                        new Subscribe.Request(
                                                topic, SubscriptionOptions.of(Qos.AT_LEAST_ONCE))),
                                null,
                                List.of()),
                        time,
                        packet ->
                                packet instanceof Suback it && it.packetId() == SUBSCRIBE
                                        ? it.reasons().getFirst()
                                        : null);
        if (granted.isError()) {
            return refused("the broker refuses to subscribe there: " + Hello.words(granted));
        }
        Bytes payload = Bytes.utf8("caddis doctor " + nonce);
        long begun = time.now();
        Packet first =
                talk.ask(
                        new Publish(
                                topic,
                                payload,
                                Qos.AT_LEAST_ONCE,
                                false,
                                false,
                                PUBLISH,
                                Publish.Properties.NONE),
                        time,
                        packet -> isPuback(packet) || isBack(packet, payload) ? packet : null);
        if (first instanceof Puback answer) {
            if (answer.reason().isError()) {
                return refused(
                        "the broker refuses to publish there: " + Hello.words(answer.reason()));
            }
            acknowledged = true;
            talk.await(time, packet -> isBack(packet, payload) ? packet : null);
        }
        Duration took = time.since(begun);
        return Finding.ok(Step.ROUND_TRIP, "a QoS 1 message came back").took(took);
    }

    private boolean isPuback(Packet packet) {
        return packet instanceof Puback it && it.packetId() == PUBLISH;
    }

    private boolean isBack(Packet packet, Bytes payload) {
        return packet instanceof Publish it
                && it.topic().equals(topic)
                && it.payload().equals(payload);
    }

    /// The agent needs no right there, so a refusal is a fault only where the user meant it.
    private Finding refused(String why) {
        return named
                ? Finding.failed(Step.ROUND_TRIP, why, "allow it, or name another topic")
                : Finding.notTried(
                        Step.ROUND_TRIP,
                        why + "; name a topic that this device may publish and read with --topic");
    }

    private Finding silent(ProtocolVersion version) {
        return Finding.failed(
                Step.ROUND_TRIP,
                "the broker acknowledged a message and did not send it back: "
                        + (version == ProtocolVersion.V3_1_1
                                ? "over MQTT 3.1.1 a message that is not allowed is dropped in"
                                        + " silence"
                                : "this device may not read there, or the broker does not deliver"),
                "allow this device to publish and read there, or name another topic with --topic");
    }
}
