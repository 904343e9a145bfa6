package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Connack;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.mqtt.packet.Subscribe;
import dev.caddis.mqtt.packet.Unsubscribe;
import dev.caddis.mqtt.store.MemoryStore;

import java.util.ArrayList;
import java.util.List;

/// A session that is connected, above a store in memory and a network that writes everything at
/// once; it keeps the packet identifiers that it gave.
final class OnlineSession {

    /// Of each PUBLISH, SUBSCRIBE and UNSUBSCRIBE, in the order in which they were sent; 0 for QoS
    /// 0.
    final List<Integer> given = new ArrayList<>();

    private final MemoryStore store = new MemoryStore();
    private final SessionLoop loop;
    private long sequence;

    /// @param settings as a transcript writes them behind `given`
    OnlineSession(String settings) {
        var session = new Session(Given.settings(new Line(settings)), store.recover(), 1);
        loop = new SessionLoop(session, store, this::carryOut);
        step(new Input.Start());
        step(new Input.LinkUp(1, "", null, null, null));
        receive(new Connack(false, ReasonCode.SUCCESS, Connack.Properties.NONE));
    }

    void step(Input input) {
        loop.take(input, 0);
        loop.carryOut(0);
    }

    void receive(Packet packet) {
        step(new Input.Arrived(1, List.of(packet)));
    }

    void publish(Qos qos) {
        step(new Input.Traffic(1, 0, sequence, sequence)); // all of it is written
        var message = new Publish("t", Bytes.EMPTY, qos, false, false, 0, Publish.Properties.NONE);
        step(new Input.Submitted(++sequence, message, null));
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Fetch(long from, int count)) {
            loop.answer(new Input.Fetched(store.read(from, count)));
        } else if (effect instanceof Effect.Send(int to, Packet packet)) {
            switch (packet) {
                case Publish publish -> given.add(publish.packetId());
                case Subscribe subscribe -> given.add(subscribe.packetId());
                case Unsubscribe unsubscribe -> given.add(unsubscribe.packetId());
                default -> {}
            }
        }
    }
}
