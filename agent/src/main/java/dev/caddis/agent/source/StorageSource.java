package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/// The file systems: `<name>/total` and `free` in bytes, `used_percent`.
///
/// `/` is `root`, any other is called after its mount point (`/mnt/data` is `mnt_data`). Local file
/// systems only: a file server that is away must not hold up a reading. Free is what an ordinary
/// user may still write, and the percentage is that of `df`. A file system that is mounted later is
/// seen within a minute.
final class StorageSource implements Source {

    static final String ROOT_NAME = "root";

    private static final Duration LIST_AGAIN_AFTER = Duration.ofMinutes(1);

    private final Supplier<List<Path>> mountPoints;
    private final Clocks clocks;
    private @Nullable Map<String, Path> listed;
    private long listedAt;

    /// @param mountPoints of local file systems; may be slow (OSHI starts a program), asked once a
    ///   minute
    StorageSource(Supplier<List<Path>> mountPoints, Clocks clocks) {
        this.mountPoints = mountPoints;
        this.clocks = clocks;
    }

    @Override
    public SortedSet<String> paths() {
        SortedSet<String> paths = new TreeSet<>();
        for (String name : stores().keySet()) {
            paths.addAll(List.of(name + "/total", name + "/free", name + "/used_percent"));
        }
        return paths;
    }

    @Override
    public Measurement measure(String path) throws IOException {
        int slash = path.indexOf('/');
        Path mountPoint = slash < 0 ? null : stores().get(path.substring(0, slash));
        if (mountPoint == null) {
            throw NoSuchPathException.now(
                    "there is no file system '" + path + "'; there are " + stores().keySet());
        }
        FileStore store = Files.getFileStore(mountPoint);
        return switch (path.substring(slash + 1)) {
            case "total" -> Measurement.of(store.getTotalSpace(), "bytes");
            case "free" -> Measurement.of(store.getUsableSpace(), "bytes");
            case "used_percent" -> Measurement.of(usedPercent(store), "%");
            default ->
                    throw new NoSuchPathException(
                            "a file system has total, free and used_percent, but no " + path);
        };
    }

    private static double usedPercent(FileStore store) throws IOException {
        long used = store.getTotalSpace() - store.getUnallocatedSpace();
        long withinReach = used + store.getUsableSpace(); // without what is reserved for root
        if (withinReach <= 0) {
            throw new ReadingFailedException("the file system " + store + " has no size");
        }
        return Values.rounded(100.0 * used / withinReach, 2);
    }

    private synchronized Map<String, Path> stores() {
        long now = clocks.nanoTime().getAsLong();
        Map<String, Path> known = listed;
        if (known == null || now - listedAt >= LIST_AGAIN_AFTER.toNanos()) {
            known = named(mountPoints.get());
            listed = known;
            listedAt = now;
        }
        return known;
    }

    static Map<String, Path> named(List<Path> mountPoints) {
        Map<String, Path> named = new LinkedHashMap<>();
        UniqueNames names = new UniqueNames();
        Path root = Path.of("/");
        if (mountPoints.contains(root)) {
            named.put(names.unique(ROOT_NAME), root);
        }
        mountPoints.stream()
                .distinct()
                .filter(each -> !each.equals(root))
                .forEach(each -> named.put(names.unique(DataPath.name(each.toString())), each));
        return named;
    }
}
