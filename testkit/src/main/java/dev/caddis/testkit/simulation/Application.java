package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.ProtocolVersion;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.session.Ticket;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// Who uses the client: hands messages in, some of them again after a crash, and takes its time to
/// handle what comes.
final class Application {

    /// A message at its handler.
    private static final class Work {
        final Ticket ticket;
        boolean givenUp;

        Work(Ticket ticket) {
            this.ticket = ticket;
        }
    }

    private final World world;
    private final Ledger ledger;
    private final HandlerLedger handlers;
    private final List<Ledger.Entry> keyed = new ArrayList<>();
    private final List<Work> working = new ArrayList<>();
    private int names;

    Application(World world, Ledger ledger, HandlerLedger handlers) {
        this.world = world;
        this.ledger = ledger;
        this.handlers = handlers;
    }

    /// Another process: what the handlers had is gone.
    void begin(SimulatedProcess process) {
        working.clear();
        process.take(
                new Input.Want("down", SubscriptionOptions.of(Qos.EXACTLY_ONCE)),
                new Input.Start());
    }

    void submit(SimulatedProcess process) {
        Ledger.Entry entry =
                !keyed.isEmpty() && world.chance(8)
                        ? keyed.get(world.random.nextInt(keyed.size()))
                        : next();
        if (!process.hasRoom(SessionState.sizeOf(entry.message))) {
            return;
        }
        if (entry.key != null && entry.handedIn == 0) {
            keyed.add(entry);
        }
        long sequence = process.nextSequence();
        ledger.handedIn(entry, sequence);
        process.take(new Input.Submitted(sequence, entry.message, entry.key));
    }

    private Ledger.Entry next() {
        String name = "m" + ++names;
        int fill = world.chance(4) ? world.random.nextInt(600) : world.random.nextInt(20);
        boolean expires = world.faults.version() == ProtocolVersion.V5 && world.chance(8);
        Qos qos = world.chance(8) ? Qos.AT_MOST_ONCE : Qos.of(1 + world.random.nextInt(2));
        @Nullable String key = qos != Qos.AT_MOST_ONCE && world.chance(5) ? "key of " + name : null;
        var message =
                new Publish(
                        "pump/topic/" + world.random.nextInt(3),
                        Bytes.utf8(name + " " + "x".repeat(fill)),
                        qos,
                        false,
                        false,
                        0,
                        Publish.Properties.NONE);
        return new Ledger.Entry(
                expires ? message.withMessageExpiry(1 + world.random.nextInt(600)) : message,
                key,
                world.now);
    }

    void deliver(Effect.Deliver deliver) {
        handlers.delivered(deliver.message());
        Ticket ticket = deliver.ticket();
        if (ticket != null) {
            Work work = new Work(ticket);
            ticket.whenGivenUp(() -> work.givenUp = true);
            working.add(work);
        }
    }

    boolean isWorking() {
        return !working.isEmpty();
    }

    /// One of the handlers is done.
    void handle(SimulatedProcess process) {
        if (working.isEmpty()) {
            return;
        }
        Work done = working.remove(world.random.nextInt(working.size()));
        process.take(
                done.givenUp && world.chance(2)
                        ? new Input.LetGo(done.ticket)
                        : new Input.Handled(done.ticket));
    }
}
