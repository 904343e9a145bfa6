package dev.caddis.systemtests;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds installed programs, in the folders for administrators too: Debian keeps `mosquitto` and
/// `tcpdump` there.
public final class Programs {
    private static final String ADMINISTRATORS = "/usr/local/sbin:/usr/sbin:/sbin";

    private Programs() {}

    public static Optional<Path> find(String name) {
        String path =
                System.getenv().getOrDefault("PATH", "") + File.pathSeparator + ADMINISTRATORS;
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// @throws IllegalStateException when it is not installed
    static String require(String name) {
        return find(name)
                .map(Path::toString)
                .orElseThrow(() ->
                        new IllegalStateException(
                                name + " is not installed; " + Mosquitto.INSTALL));
    }
}
