package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.session.SessionState;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.StoreException;
import dev.caddis.testkit.SimulatedDisk;

import java.util.ArrayList;
import java.util.List;

/// One run of 200 messages at level power, always the same but for the one [Blow] to its disk. The
/// next process hands in again, with its key, what it was not told to be accepted, and goes on.
///
/// At the end every message must have arrived, at QoS 2 once.
final class SweptRun {

    static final int MESSAGES = 200;

    private static final int AT_ONCE = 2;
    private static final int STEPS_MAX = 20_000;
    private static final int SEGMENT_BYTES = 4_000; // so that several are begun in a run
    private static final int RECENT_BYTES = 1_000; // so that messages are read back
    private static final long SEED = 1;
    private static final long SECOND = 1_000_000_000L;

    private final World world;
    private final Blow blow;
    private final SessionSettings settings = Settings.roomy();
    private final Ledger ledger;
    private final HandlerLedger handlers;
    private final Network network;
    private final ModelBroker broker;
    private final List<Ledger.Entry> entries = new ArrayList<>();
    private final SimulatedDisk first = new SimulatedDisk();
    private SimulatedDisk disk = first;
    private SimulatedProcess process;
    private int boots = 1;
    private int blows;
    private int next; // to be handed in

    private SweptRun(Qos qos, Blow blow, Transcript transcript) {
        world = World.quiet(SEED, transcript);
        this.blow = blow;
        ledger = new Ledger(world);
        handlers = new HandlerLedger(ledger);
        broker = new ModelBroker(world, ledger, handlers, settings.maxInFlight());
        network = new Network(world, broker);
        network.calmDown(!settings.keepAlive().isZero());
        for (int number = 1; number <= MESSAGES; number++) {
            String name = "m" + number;
            Bytes payload = Bytes.utf8(name + " " + "x".repeat(number % 60));
            var message =
                    new Publish(
                            "t/" + number % 2,
                            payload,
                            qos,
                            false,
                            false,
                            0,
                            Publish.Properties.NONE);
            entries.add(new Ledger.Entry(message, "key of " + name, world.now));
        }
        blow.aim(disk);
        process = open();
    }

    /// What a run has shown.
    ///
    /// @param forces the operations of the first process' disk that were forces
    /// @param operations of the first process' disk
    /// @param blows how often the disk was hit
    /// @param repeats messages that arrived again, at QoS 1
    record Shown(List<Long> forces, long operations, int blows, int repeats) {}

    /// @throws SimulationFailure when a promise was not kept, or the code under it failed
    static Shown run(Qos qos, Blow blow, Transcript transcript) {
        try {
            return new SweptRun(qos, blow, transcript).run();
        } catch (SimulationFailure e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw new SimulationFailure("the code failed: " + e, e);
        }
    }

    private Shown run() {
        process.take(new Input.Start());
        for (int steps = 0; !isDone(); steps++) {
            if (steps == STEPS_MAX) {
                throw new SimulationFailure("it does not come to rest: " + process.what());
            }
            handIn();
            process.work();
            if (process.hasFailed()) {
                restart();
                continue;
            }
            process.take();
            boolean moved = network.toBroker();
            moved |= network.toClient(process);
            if (!moved && next == MESSAGES) {
                world.now = Math.min(process.nextDeadline(), world.now + SECOND);
            }
        }
        int arrivals = 0;
        for (Ledger.Entry entry : entries) {
            if (entry.arrivals() == 0) {
                throw new SimulationFailure(entry + " was accepted, and is lost");
            }
            arrivals += entry.arrivals();
        }
        return new Shown(first.forces(), first.operations(), blows, arrivals - MESSAGES);
    }

    private boolean isDone() {
        return next == MESSAGES
                && process.isQuiet()
                && broker.isIdle()
                && entries.stream().allMatch(Ledger.Entry::isAccepted);
    }

    private void handIn() {
        for (int left = AT_ONCE; left > 0 && next < MESSAGES; next++) {
            Ledger.Entry entry = entries.get(next);
            if (entry.isAccepted()) {
                continue;
            }
            if (!process.hasRoom(SessionState.sizeOf(entry.message))) {
                return;
            }
            long sequence = process.nextSequence();
            ledger.handedIn(entry, sequence);
            process.take(new Input.Submitted(sequence, entry.message, entry.key));
            left--;
        }
    }

    private void restart() {
        if (!blow.kind().isPowerCut()) {
            process.close();
        }
        handlers.end(process.durable());
        network.processEnded(false);
        struck();
        process = open();
        process.take(new Input.Start());
    }

    private void struck() {
        world.say("* the disk is hit: " + blow);
        if (blow.kind().isPowerCut()) {
            boots++;
        }
        disk = blow.after(disk);
        world.say("* it has " + DiskFaults.names(disk));
        if (++blows == 1) {
            blow.aimAgain(disk);
        }
    }

    /// It may be hit while it recovers.
    private SimulatedProcess open() {
        while (true) {
            try {
                JournalStore store =
                        JournalStore.open(
                                disk,
                                new JournalSettings(
                                        "pump",
                                        true,
                                        SEGMENT_BYTES,
                                        RECENT_BYTES,
                                        0,
                                        "boot " + boots),
                                world.random::nextLong,
                                world::wallMillis);
                world.say("* a process begins");
                ledger.begin();
                handlers.begin();
                next = 0;
                return new SimulatedProcess(
                        world, store, settings, ledger, handlers, this::carryOut);
            } catch (StoreException e) {
                world.say("* " + e.getMessage());
                if (blows == (blow.again() ? 2 : 1)) {
                    throw new SimulationFailure("the journal does not open: " + e.getMessage(), e);
                }
                struck();
            }
        }
    }

    private void carryOut(Effect effect) {
        network.carryOut(effect, process);
    }
}
