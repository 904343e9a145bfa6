package dev.caddis.testkit.simulation;

import dev.caddis.testkit.SimulatedDisk;
import dev.caddis.testkit.SimulatedDisk.Fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// What happens to the disk: writes and forces that fail, others that fill it, and damage between
/// two processes.
final class DiskFaults {

    private final World world;
    private boolean filled;

    DiskFaults(World world) {
        this.world = world;
    }

    /// One of the next operations fails, and all behind it.
    void failSoon(SimulatedDisk disk) {
        disk.failAt(
                disk.operations() + 1 + world.random.nextInt(12),
                world.random.nextBoolean() ? Fault.BROKEN : Fault.FULL);
    }

    /// Others take what room the disk has, to the last byte or nearly, or there is a quota that the
    /// disk does not show.
    ///
    /// @param segmentBytes what the journal counts in
    void fill(SimulatedDisk disk, long segmentBytes) {
        long left = world.random.nextLong(8 * segmentBytes);
        boolean shows = world.random.nextInt(3) > 0;
        if (shows) {
            disk.capacity(disk.used() + left);
        } else {
            disk.quota(disk.used() + left);
        }
        filled = true;
        world.say("* the disk has room for " + left + " bytes" + (shows ? "" : ", hidden"));
    }

    boolean isFilled() {
        return filled;
    }

    void free(SimulatedDisk disk) {
        disk.capacity(Long.MAX_VALUE);
        disk.quota(Long.MAX_VALUE);
        filled = false;
        world.say("* the disk has room again");
    }

    void calmDown(SimulatedDisk disk) {
        if (filled) {
            free(disk);
        }
        disk.failAt(Long.MAX_VALUE, Fault.BROKEN);
    }

    /// Hits one file of the journal. In the newest no bit flips in what was forced last, where the
    /// next power cut would make it look as if it had not been written yet; and it is not hit at
    /// all where a power cut may have torn it.
    void damage(SimulatedDisk disk, boolean mayBeTorn) {
        List<String> files = files(disk);
        String file = files.get(world.random.nextInt(files.size()));
        boolean newest =
                files.indexOf(file) >= files.size() - 2; // the last may not have been begun
        int size = disk.size(file);
        if (size == 0 || (newest && mayBeTorn)) {
            return;
        }
        int at = world.random.nextInt(size);
        switch (world.random.nextInt(newest ? 3 : 5)) {
            case 0 -> {
                if (newest && at >= disk.followed(file)) {
                    return;
                }
                disk.flip(file, at, world.random.nextInt(8));
                world.say("* a bit of " + file + " flips at " + at + " of " + size);
            }
            case 1 -> {
                disk.zero(file, 0, size);
                world.say("* " + file + " is zeroed");
            }
            case 2 -> {
                disk.lose(file);
                world.say("* " + file + " is lost");
            }
            case 3 -> {
                disk.truncate(file, at);
                world.say("* " + file + " is cut to " + at + " of " + size);
            }
            default -> {
                int end = Math.min(size, at + 512);
                disk.zero(file, at, end);
                world.say("* " + file + " is zeroed from " + at + " to " + end + " of " + size);
            }
        }
    }

    private static List<String> files(SimulatedDisk disk) {
        return names(disk).stream().filter(name -> name.endsWith(".journal")).toList();
    }

    static List<String> names(SimulatedDisk disk) {
        try {
            return disk.names();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
