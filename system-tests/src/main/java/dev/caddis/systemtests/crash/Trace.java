package dev.caddis.systemtests.crash;

import dev.caddis.systemtests.TlsRelay;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every packet between one client and its broker that tells of a message or of a session, in the
/// order in which it passed.
///
/// Any thread may use it.
final class Trace implements TlsRelay.Spectator {

    private final long began;
    private final List<Sight> sights = new ArrayList<>(); // guarded by this, as all below
    private final Map<Integer, Numbered> messageOf = new HashMap<>(); // by packet id, the client's
    private final Map<Integer, Numbered> brokersMessageOf = new HashMap<>();
    private long taken;

    /// @param began [System#nanoTime] from which it counts
    Trace(long began) {
        this.began = began;
    }

    @Override
    public TlsRelay.Ends connection(int connection) {
        return new TlsRelay.Ends(
                new PacketEye(this, connection, false), new PacketEye(this, connection, true));
    }

    synchronized void published(
            int connection, boolean fromBroker, int flags, int packetId, Numbered message) {
        (fromBroker ? brokersMessageOf : messageOf).put(packetId, message);
        add(connection, fromBroker, Sight.PUBLISH, flags, packetId, 0, message);
    }

    synchronized void add(
            int connection, boolean fromBroker, int type, int flags, int packetId, int reason) {
        boolean fromReceiver =
                type == Sight.PUBACK || type == Sight.PUBREC || type == Sight.PUBCOMP;
        Map<Integer, Numbered> ids =
                fromBroker == fromReceiver ? messageOf : brokersMessageOf; // whose PUBLISH it was
        Numbered message =
                type < Sight.PUBLISH
                        ? Numbered.NONE
                        : ids.getOrDefault(packetId, Numbered.NONE); // not seen: not delivered
        add(connection, fromBroker, type, flags, packetId, reason, message);
    }

    private void add(
            int connection,
            boolean fromBroker,
            int type,
            int flags,
            int packetId,
            int reason,
            Numbered message) {
        var sight =
                new Sight(
                        System.nanoTime() - began,
                        connection,
                        fromBroker,
                        type,
                        flags,
                        packetId,
                        reason,
                        message,
                        "");
        sights.add(sight);
        if (sight.takes()) {
            taken++;
        }
    }

    /// What happened to the broker.
    synchronized void note(String what) {
        sights.add(new Sight(System.nanoTime() - began, 0, true, 0, 0, 0, 0, Numbered.NONE, what));
    }

    /// How many PUBACKs and PUBRECs have passed that took a message.
    synchronized long taken() {
        return taken;
    }

    synchronized List<Sight> all() {
        return List.copyOf(sights);
    }
}
