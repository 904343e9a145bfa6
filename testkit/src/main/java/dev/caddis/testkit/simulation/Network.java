package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.event.ConnectionFailure;
import dev.caddis.mqtt.packet.Packet;
import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.Input;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// All links that either end still knows of, the process' and those of processes before it.
///
/// A link brings its packets in order; between links there is no order, so that the end of an old
/// one may come long after the beginning of the next.
final class Network {

    private final World world;
    private final ModelBroker broker;
    private final List<SimulatedLink> links = new ArrayList<>();
    private int serials;
    private boolean calm;

    Network(World world, ModelBroker broker) {
        this.world = world;
        this.broker = broker;
    }

    /// From here on nothing is refused or lost.
    ///
    /// @param clientPings or it could never notice that a link is dead to which it has nothing to
    ///   say: then the link tells
    void calmDown(boolean clientPings) {
        calm = true;
        for (SimulatedLink link : links) {
            link.clientIsToldOfEnd |= link.broken && !clientPings;
        }
    }

    // ---- what the session wants

    void carryOut(Effect effect, SimulatedProcess process) {
        switch (effect) {
            case Effect.Dial dial -> {
                var link = new SimulatedLink(++serials, dial.connection(), dial.version());
                links.add(link);
                process.dialed(link);
            }
            case Effect.Send send -> send(process, send.connection(), send.packet());
            case Effect.SendNow send -> send(process, send.connection(), send.packet());
            case Effect.Finish finish -> end(finish.connection(), true);
            case Effect.Abort abort -> end(abort.connection(), calm);
            default -> {}
        }
    }

    private static void send(SimulatedProcess process, int number, Packet packet) {
        SimulatedLink link = process.link();
        if (link != null && link.number == number) {
            link.clientSends(packet);
        }
    }

    private void end(int number, boolean all) {
        for (SimulatedLink link : links) {
            if (link.number == number && !link.clientGone) {
                link.clientEnds(all, world.random);
            }
        }
    }

    // ---- what happens

    /// The process is gone, and its ends of the links with it.
    void processEnded(boolean all) {
        for (SimulatedLink link : links) {
            if (!link.clientGone) {
                link.clientEnds(all, world.random);
            }
        }
    }

    void cut(SimulatedProcess process) {
        SimulatedLink link = process.link();
        if (link != null && link.standing) {
            link.cut(world.random);
            world.say(
                    "* link "
                            + link.serial
                            + " is cut"
                            + (link.clientIsToldOfEnd ? "" : ", and the client does not notice")
                            + (link.brokerIsToldOfEnd ? "" : ", and the broker does not notice"));
        }
    }

    /// The broker reads from one of the links.
    boolean toBroker() {
        links.removeIf(SimulatedLink::isOver);
        @Nullable SimulatedLink chosen = null;
        int candidates = 0;
        for (SimulatedLink link : links) {
            if (link.hasForBroker() && world.random.nextInt(++candidates) == 0) {
                chosen = link;
            }
        }
        if (chosen == null) {
            return false;
        }
        broker.read(chosen);
        return true;
    }

    /// The client reads from its link, or learns what became of its attempt.
    boolean toClient(SimulatedProcess process) {
        SimulatedLink link = process.link();
        if (link == null) {
            return false;
        }
        if (!link.standing) {
            dialed(link, process);
            return true;
        }
        if (!link.hasForClient()) {
            return false;
        }
        if (link.down.isEmpty()) {
            process.take(
                    new Input.LinkDown(
                            link.number,
                            new ConnectionFailure(
                                    world.random.nextBoolean()
                                            ? ConnectionFailure.Kind.CLOSED
                                            : ConnectionFailure.Kind.RESET,
                                    "the link is down")));
            return true;
        }
        List<Packet> packets = new ArrayList<>();
        for (int i = 1 + world.random.nextInt(3); i > 0 && !link.down.isEmpty(); i--) {
            packets.add(link.clientReads());
        }
        process.take(new Input.Arrived(link.number, packets));
        return true;
    }

    private void dialed(SimulatedLink link, SimulatedProcess process) {
        if (!calm && world.chance(4)) {
            process.take(
                    new Input.LinkDown(
                            link.number,
                            new ConnectionFailure(
                                    ConnectionFailure.Kind.REFUSED, "nobody listens")));
        } else {
            link.standing = true;
            process.take(new Input.LinkUp(link.number, "simulated", null, null, null));
        }
    }
}
