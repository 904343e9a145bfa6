package dev.caddis.demo;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Function;

/// Which network interface of this machine is worth watching?
final class NetworkInterface {

    private static final String BEFORE = "/network/";
    private static final String BEHIND = "/in_bytes";
    private static final String LOOPBACK = "lo";

    private NetworkInterface() {}

    /// The first that has received something, else the first; the loopback interface only when
    /// there is no other.
    ///
    /// @param paths data paths, those of network interfaces among them
    /// @param values what a data path answers; null when it fails
    static Optional<String> inUse(
            Collection<String> paths, Function<String, @Nullable Object> values) {
        return paths.stream()
                .filter(path -> path.startsWith(BEFORE) && path.endsWith(BEHIND))
                .map(path -> path.substring(BEFORE.length(), path.length() - BEHIND.length()))
                .min(
                        Comparator.comparing(LOOPBACK::equals)
                                .thenComparing(
                                        name -> !hasTraffic(values.apply(BEFORE + name + BEHIND))));
    }

    private static boolean hasTraffic(@Nullable Object inBytes) {
        return inBytes instanceof Long count && count > 0;
    }
}
