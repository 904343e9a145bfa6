package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Pubrec;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.store.MemoryStore;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;

/// Every packet of ours that needs an identifier gets one that is not 0 and that no other has, once
/// around all 65,535 of them.
class PacketIdStatementsTest {

    private final MemoryStore store = new MemoryStore();
    private final Round round = new Round(store);
    private final Effects effects = new Effects();
    private final List<Integer> given = new ArrayList<>();
    private long sequence;

    private static int idOf(Packet packet) {
        return switch (packet) {
            case Publish publish -> publish.packetId();
            case Subscribe subscribe -> subscribe.packetId();
            case Unsubscribe unsubscribe -> unsubscribe.packetId();
            default -> -1;
        };
    }

    private void step(Session session, Input input) {
        List<Input> next = new ArrayList<>(List.of(input));
        while (!next.isEmpty()) {
            session.step(next.removeFirst(), 0, effects);
            round.run(
                    effects,
                    effect -> {
                        if (effect instanceof Effect.Fetch(long from, int count)) {
                            next.add(new Input.Fetched(store.read(from, count)));
                        } else if (effect instanceof Effect.Send(int to, Packet packet)
                                && idOf(packet) >= 0) {
                            given.add(idOf(packet));
                        }
                    });
            effects.clear();
        }
    }

    private void publish(Session session, Qos qos) {
        step(session, new Input.Traffic(1, 0, sequence, sequence)); // all of it is written
        var message = new Publish("t", Bytes.EMPTY, qos, false, false, 0, Publish.Properties.NONE);
        step(session, new Input.Submitted(++sequence, message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void a_new_packet_gets_an_identifier_that_is_not_0_and_not_in_use(String version) {
        // [MQTT-2.2.1-3] [MQTT-4.3.2-1] [MQTT-4.3.3-1], 3.1.1: [MQTT-2.3.1-1] [MQTT-2.3.1-2]
        var settings = Given.settings(new Line("keep-alive=0s expiry=0s version=" + version));
        var session = new Session(settings, store.recover(), 1);
        step(session, new Input.Start());
        step(session, new Input.LinkUp(1, "", null, null, null));
        receive(session, new Connack(false, ReasonCode.SUCCESS, Connack.Properties.NONE));
        publish(session, Qos.AT_LEAST_ONCE); // 1, never answered
        step(session, new Input.Want("f", SubscriptionOptions.of(Qos.AT_LEAST_ONCE))); // 2
        step(session, new Input.Unwant("f")); // 3
        publish(session, Qos.EXACTLY_ONCE); // 4
        publish(session, Qos.EXACTLY_ONCE); // 5
        receive(session, new Pubrec(5, ReasonCode.SUCCESS));
        assertThat(given).containsExactly(1, 2, 3, 4, 5);
        while (given.size() < 65_535) {
            publish(session, Qos.AT_LEAST_ONCE);
            receive(session, new Puback(given.getLast(), ReasonCode.SUCCESS));
        }
        assertThat(given).doesNotHaveDuplicates().doesNotContain(0).last().isEqualTo(65_535);
        given.clear();
        publish(session, Qos.AT_LEAST_ONCE);
        step(session, new Input.Want("g", SubscriptionOptions.of(Qos.AT_LEAST_ONCE)));
        step(session, new Input.Unwant("h"));
        publish(session, Qos.EXACTLY_ONCE);
        assertThat(given).containsExactly(6, 7, 8, 9);
    }

    private void receive(Session session, Packet packet) {
        step(session, new Input.Arrived(1, List.of(packet)));
    }
}
