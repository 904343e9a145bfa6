package dev.caddis.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.store.MemoryStore;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/// More messages than there are packet identifiers: too long for a transcript.
class PacketIdWrapTest {

    private static final Publish MESSAGE =
            new Publish(
                    "t", Bytes.EMPTY, Qos.AT_LEAST_ONCE, false, false, 0, Publish.Properties.NONE);

    private final MemoryStore store = new MemoryStore();
    private final Round round = new Round(store);
    private final Effects effects = new Effects();
    private final List<Integer> sent = new ArrayList<>();
    private final Session session =
            new Session(Given.settings(new Line("keep-alive=0s")), store.recover(), 1);

    private void step(Input input) {
        List<Input> next = new ArrayList<>(List.of(input));
        while (!next.isEmpty()) {
            session.step(next.removeFirst(), 0, effects);
            round.run(
                    effects,
                    effect -> {
                        if (effect instanceof Effect.Fetch(long from, int count)) {
                            next.add(new Input.Fetched(store.read(from, count)));
                        } else if (effect instanceof Effect.Send(int to, Packet packet)
                                && packet instanceof Publish publish) {
                            sent.add(publish.packetId());
                        }
                    });
            effects.clear();
        }
    }

    private void receive(Packet packet) {
        step(new Input.Arrived(1, List.of(packet)));
    }

    @Test
    void identifiers_wrap_around_and_those_in_flight_are_skipped() { // F01, [MQTT-2.2.1-3]
        step(new Input.Start());
        step(new Input.LinkUp(1, "", null, null, null));
        receive(new Connack(false, ReasonCode.SUCCESS, Connack.Properties.NONE));
        for (int i = 1; i <= PacketIds.MAX; i++) {
            step(new Input.Traffic(1, 0, i, i)); // all of it is written
            step(new Input.Submitted(i, MESSAGE));
            if (i != 1 && i != 3) {
                receive(new Puback(i, ReasonCode.SUCCESS));
            }
        }
        assertThat(sent).hasSize(PacketIds.MAX).last().isEqualTo(PacketIds.MAX);
        sent.clear();
        step(new Input.Submitted(70_001, MESSAGE));
        step(new Input.Submitted(70_002, MESSAGE));
        assertThat(sent).containsExactly(2, 4);
    }
}
