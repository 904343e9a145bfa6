package dev.caddis.mqtt.session;

import dev.caddis.mqtt.packet.Qos;

import org.jspecify.annotations.Nullable;

/// Names one delivered message on its way to its handler and back, so that the right packet is
/// acknowledged.
///
/// Only the session's owner reads or writes what is in it; for everyone else it is opaque.
public final class Ticket {

    final int connection;
    final int generation;
    final int packetId;
    final Qos qos;
    final long deliveredAt;
    final long weight;
    String topic;
    boolean handled;
    boolean letGo;
    private @Nullable Runnable whenGivenUp;

    Ticket(
            int connection,
            int generation,
            int packetId,
            Qos qos,
            long deliveredAt,
            String topic,
            long weight) {
        this.connection = connection;
        this.generation = generation;
        this.packetId = packetId;
        this.qos = qos;
        this.deliveredAt = deliveredAt;
        this.topic = topic;
        this.weight = weight;
    }

    /// Whether the broker will deliver the message again rather than take an answer on
    /// `connection`; 0: there is none. May be asked by any thread.
    public boolean isStale(int connection) {
        return qos == Qos.AT_LEAST_ONCE && this.connection != connection;
    }

    /// What [Effect.GiveUp] is to cause. Set once, by the owner, before any handler has the
    /// message.
    public void whenGivenUp(Runnable action) {
        whenGivenUp = action;
    }

    /// Carries out [Effect.GiveUp]. Called by the owner.
    public void giveUp() {
        if (whenGivenUp != null) {
            whenGivenUp.run();
        }
    }

    @Override
    public String toString() {
        return "QoS " + qos.level() + " id=" + packetId;
    }
}
