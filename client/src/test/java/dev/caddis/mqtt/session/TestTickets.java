package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Qos;

/// Tickets for tests of the rooms below, which cannot make any.
public final class TestTickets {

    private TestTickets() {}

    public static Ticket ticket(int packetId, Qos qos) {
        return new Ticket(1, 0, packetId, qos, 0, "t", 1);
    }
}
