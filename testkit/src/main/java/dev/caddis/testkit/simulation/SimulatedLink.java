package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/// One connection: packets on their way in either direction, and what each end knows of the other.
///
/// How late a packet is, chance says: whoever reads takes the oldest when its turn comes. A link
/// that was cut still brings what had passed the cut; an end that is not told may go on for long.
final class SimulatedLink {

    /// In the order in which they were dialed, over all processes.
    final int serial;

    /// As the session calls it.
    final int number;

    final ProtocolVersion version;
    final ArrayDeque<Packet> up = new ArrayDeque<>();
    final ArrayDeque<Packet> down = new ArrayDeque<>();

    boolean standing; // the client's end has it
    boolean clientGone;
    boolean lossIsKnown; // a restart of the client would know that the broker's session is a new
    // one
    boolean brokerGone;
    boolean clientIsToldOfEnd;
    boolean brokerIsToldOfEnd;
    long written; // by the client, in bytes or so
    long read;

    // what the broker has for each connection
    final Set<Integer> unanswered = new HashSet<>(); // PUBLISHes by their identifiers
    private final Map<Integer, String> aliases = new HashMap<>();
    int receiveMaximum;
    int clientsReceiveMaximum;
    boolean sessionEndsWithIt;

    boolean broken;

    SimulatedLink(int serial, int number, ProtocolVersion version) {
        this.serial = serial;
        this.number = number;
        this.version = version;
    }

    void clientSends(Packet packet) {
        written += 16;
        if (!broken && !brokerGone) {
            up.add(packet);
        }
    }

    void brokerSends(Packet packet) {
        if (!broken && !clientGone) {
            down.add(packet);
        }
    }

    Packet clientReads() {
        read += 16;
        return down.remove();
    }

    boolean hasForClient() {
        return !clientGone && standing && (!down.isEmpty() || clientIsToldOfEnd);
    }

    boolean hasForBroker() {
        return !brokerGone && standing && (!up.isEmpty() || brokerIsToldOfEnd);
    }

    boolean isOver() {
        return clientGone && (brokerGone || !standing);
    }

    /// The network is no more: what is behind a random point in either direction is lost.
    void cut(RandomGenerator random) {
        broken = true;
        lose(up, random);
        lose(down, random);
        clientIsToldOfEnd |= random.nextInt(3) > 0;
        brokerIsToldOfEnd |= random.nextInt(3) > 0;
    }

    /// The client's end is closed, or its process is gone.
    void clientEnds(boolean all, RandomGenerator random) {
        clientGone = true;
        down.clear();
        if (!all) {
            lose(up, random);
        }
        brokerIsToldOfEnd |= !broken && (all || random.nextInt(4) > 0);
    }

    void brokerEnds() {
        brokerGone = true;
        up.clear();
        clientIsToldOfEnd |= !broken;
    }

    private static void lose(ArrayDeque<Packet> packets, RandomGenerator random) {
        for (int left = random.nextInt(packets.size() + 1); packets.size() > left; ) {
            packets.removeLast();
        }
    }

    /// The topic that an alias stands for.
    String topic(Publish publish) {
        Integer alias = publish.properties().topicAlias();
        if (alias == null) {
            return publish.topic();
        }
        if (!publish.topic().isEmpty()) {
            aliases.put(alias, publish.topic());
        }
        return aliases.getOrDefault(alias, "");
    }
}
