package dev.caddis.testkit.simulation;

import dev.caddis.testkit.SimulatedDisk;
import dev.caddis.testkit.SimulatedDisk.Fault;

import java.util.Locale;
import java.util.SplittableRandom;

/// What happens to the disk of a [SweptRun].
///
/// @param operation at which it happens, of all writes and forces from the first on; 0: never
/// @param tear 0: what was not forced is gone; else the seed of what is left of it, torn and out of
///   order
/// @param again whether the process that recovers is hit as well, while it does
record Blow(Kind kind, long operation, int tear, boolean again) {

    static final Blow NONE = new Blow(Kind.CUT_BEFORE, 0, 0, false);

    private static final int RECOVERY_OPERATIONS = 14; // create, write, force, and so on

    enum Kind {
        /// The power goes just before the operation takes effect.
        CUT_BEFORE(Fault.BROKEN, true),
        /// The power goes just after.
        CUT_AFTER(Fault.DONE, true),
        /// The device does not answer (EIO), and has kept what was written.
        EIO_KEPT(Fault.BROKEN, false),
        /// The same, and what was not forced is gone.
        EIO_LOST(Fault.BROKEN, true),
        /// There is no room (ENOSPC).
        ENOSPC(Fault.FULL, false);

        private final Fault fault;
        private final boolean loses;

        Kind(Fault fault, boolean loses) {
            this.fault = fault;
            this.loses = loses;
        }

        boolean isPowerCut() {
            return this == CUT_BEFORE || this == CUT_AFTER;
        }
    }

    void aim(SimulatedDisk disk) {
        if (operation > 0) {
            disk.failAt(operation, kind.fault);
        }
    }

    /// Aims at the recovery after the first.
    void aimAgain(SimulatedDisk disk) {
        if (again) {
            disk.failAt(1 + operation % RECOVERY_OPERATIONS, kind.fault);
        }
    }

    /// The disk as the next process finds it.
    SimulatedDisk after(SimulatedDisk disk) {
        if (!kind.loses) {
            return disk.afterKill();
        }
        return tear == 0 ? disk.afterPowerCut() : disk.afterPowerCut(new SplittableRandom(tear));
    }

    /// As [#of] reads it.
    @Override
    public String toString() {
        return kind + ":" + operation + ":" + tear + (again ? ":again" : "");
    }

    /// @throws IllegalArgumentException when `text` is none
    static Blow of(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length < 3 || parts.length > 4) {
            throw new IllegalArgumentException(text + " has not the form KIND:OPERATION:TEAR");
        }
        return new Blow(
                Kind.valueOf(parts[0].toUpperCase(Locale.ROOT)),
                Long.parseLong(parts[1]),
                Integer.parseInt(parts[2]),
                parts.length == 4);
    }
}
