package dev.caddis.testkit.simulation;

import dev.caddis.mqtt.session.Effect;
import dev.caddis.mqtt.session.HandlerDeadline;
import dev.caddis.mqtt.session.Input;
import dev.caddis.mqtt.session.SessionSettings;
import dev.caddis.mqtt.store.JournalSettings;
import dev.caddis.mqtt.store.JournalStore;
import dev.caddis.mqtt.store.StoreException;
import dev.caddis.testkit.SimulatedDisk;

/// One run of a session in a world of its own, all of it from one seed: things happen at random,
/// one at a time; then all is let be well, and what was promised must have been kept.
///
/// Not thread-safe; runs of different seeds share nothing.
public final class Simulation {

    private static final int SETTLING_MAX = 20_000;
    private static final long SECOND = 1_000_000_000L;

    /// How a process ends.
    private enum End {
        CLOSED,
        KILLED,
        POWER_CUT,
        DISK_FAILED
    }

    private final World world;
    private final SessionSettings settings;
    private final JournalSettings journal;
    private final Ledger ledger;
    private final HandlerLedger handlers;
    private final ModelBroker broker;
    private final Network network;
    private final Application application;
    private final DiskFaults diskFaults;
    private SimulatedDisk disk = new SimulatedDisk();
    private SimulatedProcess process;
    private End end = End.KILLED; // when the disk does what it was told to
    private int boots = 1;
    private boolean calm;

    private Simulation(long seed, Transcript transcript) {
        world = new World(seed, transcript);
        settings = Settings.session(world.faults, world.random);
        journal = Settings.journal(world.faults, world.random);
        ledger = new Ledger(world);
        handlers = new HandlerLedger(ledger);
        broker = new ModelBroker(world, ledger, handlers, settings.maxInFlight());
        network = new Network(world, broker);
        application = new Application(world, ledger, handlers);
        diskFaults = new DiskFaults(world);
        world.say("* " + world.faults);
        world.say("* " + settings);
        world.say("* " + journal);
        process = open();
        application.begin(process);
    }

    /// Runs `seed` to its end.
    ///
    /// @throws SimulationFailure when a promise was not kept, or the code under it failed
    public static void run(long seed, Transcript transcript) {
        try {
            Simulation simulation = new Simulation(seed, transcript);
            for (int left = simulation.world.faults.actions(); left > 0; left--) {
                simulation.act();
            }
            simulation.settle();
            simulation.leave();
        } catch (SimulationFailure e) {
            throw e;
        } catch (RuntimeException | AssertionError e) {
            throw new SimulationFailure("the code failed: " + e, e);
        }
    }

    // ---- what happens

    private void act() {
        world.now += world.random.nextLong(20_000_000);
        if (world.random.nextInt(100) < world.faults.faultsOf100()) {
            fault();
        } else {
            usual();
        }
        next();
    }

    /// Begins another process where the present one has ended.
    private void next() {
        if (process.isDead()) {
            restart(end == End.DISK_FAILED ? End.KILLED : end);
        } else if (process.hasFailed()) {
            restart(end);
        } else if (process.isOver()) {
            restart(End.CLOSED);
        }
    }

    private void usual() {
        switch (world.random.nextInt(20)) {
            case 0, 1, 2, 3 -> application.submit(process);
            case 4, 5, 6, 7, 8 -> network.toBroker();
            case 9, 10, 11, 12 -> network.toClient(process);
            case 13, 14, 15 -> work();
            case 16 -> application.handle(process);
            case 17 -> broker.publish();
            case 18 -> process.take();
            default -> passTime();
        }
    }

    private void work() {
        process.work();
        if (!process.hasFailed()) {
            process.take();
        }
    }

    private void passTime() {
        long next = process.nextDeadline();
        if (next < world.now + 600 * SECOND) {
            world.now = next;
        } else {
            world.now += world.random.nextLong(60 * SECOND);
        }
        process.take();
    }

    private void fault() {
        switch (world.random.nextInt(14)) {
            case 0, 1, 2, 3 -> network.cut(process);
            case 4 -> broker.restart();
            case 5 -> {
                if (world.faults.brokerForgets()) {
                    broker.forget();
                }
            }
            case 6 -> {
                if (world.faults.jumps()) {
                    world.setWall(jump());
                }
            }
            case 7 -> {
                if (world.faults.diskFails()) {
                    end = End.DISK_FAILED;
                    diskFaults.failSoon(disk);
                }
            }
            case 8 -> process.take(new Input.Close(5 * SECOND));
            case 9, 10 -> fillOrFree();
            default -> die();
        }
    }

    private void fillOrFree() {
        if (diskFaults.isFilled()) {
            diskFaults.free(disk);
        } else if (world.faults.fills()) {
            end = End.DISK_FAILED;
            diskFaults.fill(disk, journal.segmentBytes());
        }
    }

    private long jump() {
        long day = 86_400_000L;
        return switch (world.random.nextInt(4)) {
            case 0 -> -world.random.nextLong(day);
            case 1 -> -10_000 * day;
            case 2 -> 10_000 * day;
            default -> world.random.nextLong(day);
        };
    }

    private void die() {
        if (!world.faults.kills()) {
            return;
        }
        End how = world.random.nextBoolean() ? End.KILLED : End.POWER_CUT;
        switch (world.random.nextInt(3)) {
            case 0 -> restart(how);
            case 1 -> {
                end = how;
                process.dieAfter(world.random.nextInt(12));
            }
            default -> {
                end = how;
                diskFaults.failSoon(disk);
            }
        }
    }

    // ---- processes

    private void restart(End how) {
        world.say("* the process ends: " + how);
        if (how == End.CLOSED || how == End.DISK_FAILED) {
            process.close();
        }
        handlers.end(process.durable());
        network.processEnded(how == End.CLOSED);
        next(how);
        if (world.faults.damages() && !calm && world.chance(2)) {
            diskFaults.damage(disk, how == End.POWER_CUT);
        }
        world.now += world.random.nextLong(100 * SECOND);
        process = open();
        application.begin(process);
    }

    private void next(End how) {
        if (how == End.POWER_CUT) {
            boots++;
            disk = disk.afterPowerCut(world.random);
        } else {
            disk = disk.afterKill();
        }
        world.say("* after " + how + " the disk has " + DiskFaults.names(disk));
    }

    /// It may be killed while it recovers.
    private SimulatedProcess open() {
        while (true) {
            boolean dies = world.faults.kills() && !calm && world.chance(6);
            if (dies) {
                diskFaults.failSoon(disk);
            }
            try {
                JournalStore store =
                        JournalStore.open(
                                disk,
                                new JournalSettings(
                                        journal.clientId(),
                                        journal.power(),
                                        journal.segmentBytes(),
                                        journal.recentBytes(),
                                        journal.minFreeBytes(),
                                        "boot " + boots),
                                world.random::nextLong,
                                world::wallMillis);
                world.say("* a process begins");
                end = world.random.nextBoolean() ? End.KILLED : End.POWER_CUT;
                ledger.begin();
                handlers.begin();
                return new SimulatedProcess(
                        world, store, settings, ledger, handlers, this::carryOut);
            } catch (StoreException e) {
                world.say("* " + e.getMessage());
                if (!dies && !diskFaults.isFilled()) {
                    throw new SimulationFailure("the journal does not open: " + e.getMessage(), e);
                }
                ledger.diedBeforeItCouldTell();
                next(dies && world.random.nextBoolean() ? End.POWER_CUT : End.KILLED);
                if (diskFaults.isFilled()) {
                    diskFaults.free(disk); // it waits for that, outside
                }
            }
        }
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Deliver deliver) {
            application.deliver(deliver);
        } else {
            network.carryOut(effect, process);
        }
    }

    // ---- the end

    /// Nothing breaks any more, and everything has its time.
    private void settle() {
        world.say("* all is well from here on");
        calm = true;
        broker.calmDown();
        network.calmDown(!settings.keepAlive().isZero());
        diskFaults.calmDown(disk);
        for (int i = 0; i < SETTLING_MAX; i++) {
            next();
            process.work();
            process.take();
            application.handle(process);
            boolean moved = network.toBroker();
            moved |= network.toClient(process);
            if (!moved && !application.isWorking()) {
                if (process.isQuiet() && broker.isIdle()) {
                    return;
                }
                passTime();
            }
        }
        throw new SimulationFailure(
                "it does not come to rest: "
                        + process.what()
                        + ", the broker idle "
                        + broker.isIdle());
    }

    private void leave() {
        ledger.requireAllIsDelivered();
        handlers.requireAllIsHandled(
                settings.handlerDeadline().whenLate() == HandlerDeadline.WhenLate.ACKNOWLEDGE);
    }
}
