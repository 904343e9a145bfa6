package dev.caddis.agent.source;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// All data paths of this device: sources, each at its mount point.
///
/// Reading never fails and never waits for ever: an unknown path, a failing source and one that
/// does not answer within [#READ_DEADLINE] give a failed [Reading] that says why. A path with
/// others below it answers an object of them, with `null` for those that failed;
/// `/lan/clients/0/name` reaches into a list or object that a source answers at `/lan/clients`. Any
/// thread may read.
public final class DeviceTree implements AutoCloseable {

    /// How long one read of one source may take.
    public static final Duration READ_DEADLINE = Duration.ofSeconds(5);

    private final NavigableMap<String, Source> mounts;
    private final Clocks clocks;
    private final ExecutorService workers;

    private DeviceTree(Map<String, Source> sources, Clocks clocks, Duration deadline) {
        this.clocks = clocks;
        this.workers =
                Executors.newCachedThreadPool(
                        Thread.ofPlatform().daemon().name("caddis-source-", 0).factory());
        this.mounts = new TreeMap<>();
        sources.forEach((mount, source) ->
                mounts.put(mount, new DeadlineSource(source, mount, workers, deadline)));
    }

    public static Builder builder(Clocks clocks) {
        return new Builder(clocks);
    }

    /// What `dataPath` answers now; the leading slash may be left out.
    public Reading read(String dataPath) {
        String path = DataPath.normalized(dataPath);
        Instant takenAt = clocks.now();
        try {
            Measurement measurement = measure(path);
            Object value = Values.checked(measurement.value());
            return Reading.good(path, value, measurement.unit(), takenAt);
        } catch (IOException | RuntimeException failure) {
            Quality how =
                    failure instanceof NoSuchPathException none && none.isForGood()
                            ? Quality.NO_SUCH_PATH
                            : Quality.FAILED;
            return Reading.failed(path, how, problem(failure), takenAt);
        }
    }

    /// Every path that answers now. A source that cannot say what it has stands there with its
    /// mount point.
    public SortedSet<String> paths() {
        return within(DataPath.ROOT);
    }

    /// Those of [#paths()] that are `dataPath` or below it; `dataPath` alone where there are none,
    /// since it may reach into a value, and reading it says what is wrong otherwise.
    public SortedSet<String> paths(String dataPath) {
        String path = DataPath.normalized(dataPath);
        SortedSet<String> paths = within(path);
        if (paths.isEmpty()) {
            paths.add(path);
        }
        return paths;
    }

    private SortedSet<String> within(String path) {
        SortedSet<String> paths = new TreeSet<>();
        mounts.forEach((mount, source) -> {
            if (DataPath.isWithin(mount, path) || DataPath.isWithin(path, mount)) {
                paths.addAll(pathsOf(mount, source));
            }
        });
        paths.removeIf(each -> !DataPath.isWithin(each, path));
        return paths;
    }

    /// Ends the reading threads; later readings fail.
    @Override
    public void close() {
        workers.shutdownNow();
    }

    private Measurement measure(String path) throws IOException {
        Map.@Nullable Entry<String, Source> mount = mountOf(path);
        NoSuchPathException unknown = null;
        if (mount != null) {
            try {
                return mount.getValue().measure(DataPath.below(mount.getKey(), path));
            } catch (NoSuchPathException noLeaf) {
                unknown = noLeaf; // an inner node, something inside a value, or nothing at all
            }
        }
        SortedSet<String> below = pathsBelow(path);
        if (!below.isEmpty()) {
            return Measurement.of(object(path, below));
        }
        if (mount != null && unknown != null) {
            return inside(mount.getKey(), mount.getValue(), path, unknown);
        }
        throw new NoSuchPathException(missing(path));
    }

    /// Which name of `path` is none, and which there are beside it, as far as mount points say.
    private String missing(String path) {
        String above = DataPath.ROOT;
        for (String name : DataPath.below(DataPath.ROOT, path).split("/", -1)) {
            SortedSet<String> known = namesBelow(above);
            if (!known.contains(name)) {
                return "nothing is called '"
                        + name
                        + (above.equals(DataPath.ROOT) ? "'" : "' in " + above)
                        + "; there is "
                        + (known.isEmpty() ? "nothing to read" : String.join(", ", known));
            }
            above = DataPath.join(above, name);
        }
        return "nothing answers there now";
    }

    private SortedSet<String> namesBelow(String above) {
        SortedSet<String> names = new TreeSet<>();
        for (String mount : mounts.keySet()) {
            if (DataPath.isWithin(mount, above) && !mount.equals(above)) {
                names.add(DataPath.below(above, mount).split("/", 2)[0]);
            }
        }
        return names;
    }

    /// The deepest mount that has `path` below it.
    private Map.@Nullable Entry<String, Source> mountOf(String path) {
        Map.Entry<String, Source> deepest = null;
        for (Map.Entry<String, Source> mount : mounts.headMap(path, true).entrySet()) {
            if (DataPath.isWithin(path, mount.getKey())
                    && (deepest == null || mount.getKey().length() > deepest.getKey().length())) {
                deepest = mount;
            }
        }
        return deepest;
    }

    private SortedSet<String> pathsBelow(String path) throws IOException {
        SortedSet<String> below = new TreeSet<>();
        for (Map.Entry<String, Source> mount : mounts.entrySet()) {
            if (mount.getKey().equals(path)) { // its own failure is the answer, so it is not hidden
                for (String relative : mount.getValue().paths()) {
                    below.add(DataPath.join(path, relative));
                }
            } else if (DataPath.isWithin(mount.getKey(), path)
                    || DataPath.isWithin(path, mount.getKey())) {
                below.addAll(pathsOf(mount.getKey(), mount.getValue()));
            }
        }
        below.removeIf(each -> each.equals(path) || !DataPath.isWithin(each, path));
        return below;
    }

    private static SortedSet<String> pathsOf(String mount, Source source) {
        SortedSet<String> paths = new TreeSet<>();
        try {
            for (String relative : source.paths()) {
                paths.add(DataPath.join(mount, relative));
            }
        } catch (IOException unknown) {
            paths.add(mount); // reading it says what is wrong
        }
        return paths;
    }

    private Map<String, @Nullable Object> object(String path, SortedSet<String> below)
            throws ReadingFailedException {
        ObjectBuilder object = new ObjectBuilder();
        Reading failed = null;
        int good = 0;
        for (String each : below) {
            Reading reading = read(each);
            object.put(DataPath.below(path, each), reading.value());
            if (reading.failed()) {
                failed = reading;
            } else {
                good++;
            }
        }
        if (good == 0 && failed != null) {
            throw new ReadingFailedException(
                    "all "
                            + below.size()
                            + " readings below failed, "
                            + failed.path()
                            + ": "
                            + failed.problem());
        }
        return object.build();
    }

    /// What stands at `path` inside the value of a path above it.
    private static Measurement inside(
            String mount, Source source, String path, NoSuchPathException unknown)
            throws IOException {
        List<String> names = List.of(DataPath.below(mount, path).split("/", -1));
        SortedSet<String> known = source.paths();
        for (int above = names.size() - 1; above >= 0; above--) {
            String relative = String.join("/", names.subList(0, above));
            if (known.contains(relative)) {
                Object value = source.measure(relative).value();
                for (String name : names.subList(above, names.size())) {
                    value = ObjectBuilder.member(value, name, unknown);
                }
                return Measurement.of(value);
            }
        }
        throw unknown;
    }

    private static String problem(Exception failure) {
        String message = failure.getMessage();
        return switch (failure) {
            case NoSuchFileException missing -> "there is no file " + missing.getFile();
            case AccessDeniedException denied ->
                    "may not read " + denied.getFile() + "; run as a user who may";
            case ReadingFailedException told when message != null -> message;
            default -> failure.getClass().getSimpleName() + (message == null ? "" : ": " + message);
        };
    }

    /// Collects mounts.
    public static final class Builder {
        private final Clocks clocks;
        private final Map<String, Source> sources = new TreeMap<>();
        private Duration deadline = READ_DEADLINE;

        private Builder(Clocks clocks) {
            this.clocks = clocks;
        }

        /// Lets `source` answer everything at and below `mount` that no deeper mount answers.
        ///
        /// @throws IllegalArgumentException when something is mounted there already
        public Builder mount(String mount, Source source) {
            if (sources.putIfAbsent(DataPath.normalized(mount), source) != null) {
                throw new IllegalArgumentException(
                        "two sources are mounted at " + mount + "; mount one of them elsewhere");
            }
            return this;
        }

        Builder readDeadline(Duration newDeadline) {
            deadline = newDeadline;
            return this;
        }

        public DeviceTree build() {
            return new DeviceTree(sources, clocks, deadline);
        }
    }
}
