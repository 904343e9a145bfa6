package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Qos;

/// Names one delivered message on its way to its handler and back, so that the right packet is
/// acknowledged.
///
/// Only the session's owner reads or writes what is in it; for everyone else it is opaque.
public final class Ticket {

    final int connection;
    final int generation;
    final int packetId;
    final Qos qos;
    boolean handled;

    Ticket(int connection, int generation, int packetId, Qos qos) {
        this.connection = connection;
        this.generation = generation;
        this.packetId = packetId;
        this.qos = qos;
    }

    @Override
    public String toString() {
        return "QoS " + qos.level() + " id=" + packetId;
    }
}
