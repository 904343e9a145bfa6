package dev.caddis.agent.config;

import dev.caddis.agent.config.StoreSettings.Durability;
import dev.caddis.agent.config.StoreSettings.WhenFull;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Section `store`.
final class StoreReader {

    private static final long MAX_BYTES = 256_000_000;
    private static final long MIN_FREE_BYTES = 64_000_000;
    private static final Parser<Long> SIZE = new SizeParser(1_000_000, 1_000_000_000_000L, false);
    private static final Parser<Long> FREE = new SizeParser(1_000_000, 1_000_000_000_000L, true);
    private static final Parser<Duration> AGE =
            DurationParser.between(Duration.ofSeconds(1), Duration.ofDays(3_650));
    private static final Parser<WhenFull> WHEN_FULL =
            Parsers.choice(
                    Map.of(
                            "drop_oldest", WhenFull.DROP_OLDEST,
                            "drop_newest", WhenFull.DROP_NEWEST,
                            "reject", WhenFull.REJECT,
                            "block", WhenFull.BLOCK),
                    "drop_oldest, drop_newest, reject or block");
    private static final Parser<Durability> DURABILITY =
            Parsers.choice(
                    Map.of(
                            "power", Durability.POWER,
                            "process", Durability.PROCESS,
                            "memory", Durability.MEMORY),
                    "power, process or memory");

    private static final Path VAR_LIB = Path.of("/var/lib/caddis");

    private StoreReader() {}

    static StoreSettings read(Section root, Environment environment) {
        Section store = root.section("store", Keys.STORE);
        Durability durability =
                store == null
                        ? Durability.POWER
                        : store.read("durability", DURABILITY, Durability.POWER);
        long maxBytes = store == null ? MAX_BYTES : store.read("max_size", SIZE, MAX_BYTES);
        long minFree =
                store == null ? MIN_FREE_BYTES : store.read("min_free_disk", FREE, MIN_FREE_BYTES);
        Path folder =
                durability == Durability.MEMORY
                        ? inMemory(store)
                        : folder(root, store, environment);
        if (folder != null) {
            warnOfSpace(root, store, folder, maxBytes, minFree);
        }
        return new StoreSettings(
                folder,
                maxBytes,
                store == null
                        ? WhenFull.DROP_OLDEST
                        : store.read("when_full", WHEN_FULL, WhenFull.DROP_OLDEST),
                durability,
                store == null ? null : store.readOrNull("max_age", AGE),
                minFree);
    }

    private static @Nullable Path inMemory(@Nullable Section store) {
        if (store != null && store.has("path")) {
            store.wrong(
                    "path",
                    "is given, and durability memory keeps nothing there",
                    "remove it, or write durability: power");
        }
        return null;
    }

    private static @Nullable Path folder(
            Section root, @Nullable Section store, Environment environment) {
        if (store != null && store.has("path")) {
            Value path = store.value("path");
            return path == null
                    ? null
                    : path.read(new FileParsers(root.context().names().folder()).folderToWrite());
        }
        Optional<Path> usual =
                usualFolders(environment).filter(StoreReader::canBeWritten).findFirst();
        if (usual.isEmpty()) {
            root.wrong(
                    "store",
                    "has no path, and of "
                            + usualFolders(environment).toList()
                            + " this user may"
                            + " write none",
                    "write store: { path: FOLDER }, or store: { durability: memory }");
        }
        return usual.orElse(null);
    }

    /// Where the session is kept unless the configuration says it: where the service manager wants
    /// it, else where the system keeps such things, else where the user does.
    private static Stream<Path> usualFolders(Environment environment) {
        String managed = environment.variable("STATE_DIRECTORY"); // several: divided by colons
        if (managed != null && !managed.isBlank()) {
            return Stream.of(Path.of(managed.split(":", -1)[0]));
        }
        String states = environment.variable("XDG_STATE_HOME");
        String home = environment.variable("HOME");
        Path ofUser =
                states != null && states.startsWith("/")
                        ? Path.of(states, "caddis")
                        : home == null ? null : Path.of(home, ".local", "state", "caddis");
        return Stream.concat(Stream.of(VAR_LIB), Stream.ofNullable(ofUser));
    }

    /// Whether it is a folder in which this user may write, or can be made.
    static boolean canBeWritten(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.exists(at)) {
                return Files.isDirectory(at) && Files.isWritable(at);
            }
        }
        return false;
    }

    private static void warnOfSpace(
            Section root, @Nullable Section store, Path folder, long maxBytes, long minFree) {
        Path there = folder;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            long free = Files.getFileStore(there).getUsableSpace() + used(folder);
            if (free < maxBytes + minFree) {
                Section at = store == null ? root : store;
                at.warn(
                        store == null ? "store" : "max_size",
                        "the disk of "
                                + folder
                                + " has "
                                + Sizes.about(free)
                                + " for it, less than max_size "
                                + Sizes.text(maxBytes)
                                + " and min_free_disk "
                                + Sizes.text(minFree),
                        "make room, or write a smaller max_size");
            }
        } catch (IOException unknown) {
            root.warn(
                    "store",
                    "the room on the disk of " + folder + " cannot be told: " + unknown,
                    "check that disk");
        }
    }

    private static long used(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        long bytes = 0;
        for (Path file : files) {
            bytes += file.toFile().length(); // 0 for one that is gone meanwhile
        }
        return bytes;
    }
}
