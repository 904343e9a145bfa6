package dev.caddis.mqtt.session;

import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Packet;

import java.util.ArrayList;
import java.util.List;

/// The effects of one or more steps, in order.
public final class Effects {

    private final List<Effect> list = new ArrayList<>();

    void add(Effect effect) {
        list.add(effect);
    }

    void send(int connection, Packet packet) {
        list.add(new Effect.Send(connection, packet));
    }

    void complete(long sequence, Outcome outcome) {
        list.add(new Effect.Complete(sequence, outcome));
    }

    void tell(ClientEvent event) {
        list.add(new Effect.Tell(event));
    }

    /// The effects so far; valid until [#clear].
    public List<Effect> list() {
        return list;
    }

    public void clear() {
        list.clear();
    }
}
