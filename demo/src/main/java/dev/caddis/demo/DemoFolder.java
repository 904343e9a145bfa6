package dev.caddis.demo;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Where the demo writes: a folder that the user named, which stays and must hold nothing, or one
/// of our own, whose private keys must not outlive the demo.
record DemoFolder(Path path, boolean kept) {

    /// A file of a broker that is still ending may appear while the others are deleted.
    private static final int ATTEMPTS_MAX = 3;

    /// @param named by the user; `null`: a temporary folder
    /// @throws InUseException when it is no folder or holds anything
    /// @throws IOException when it cannot be made or read
    static DemoFolder of(@Nullable Path named) throws IOException {
        if (named == null) {
            return new DemoFolder(Files.createTempDirectory("caddis-demo-"), false);
        }
        Path path = named.toAbsolutePath().normalize();
        if (Files.exists(path)) {
            if (!Files.isDirectory(path)) {
                throw new InUseException(path + " is not a folder");
            }
            try (Stream<Path> entries = Files.list(path)) {
                if (entries.findAny().isPresent()) {
                    throw new InUseException(path + " is not empty");
                }
            }
        }
        Files.createDirectories(path);
        return new DemoFolder(path, true);
    }

    /// Deletes it with all that is in it, as far as that is possible, unless it is the user's. A
    /// second call finds nothing to do.
    ///
    /// @throws IOException when something is left
    void delete() throws IOException {
        if (kept) {
            return;
        }
        IOException last = null;
        for (int attempt = 0; attempt < ATTEMPTS_MAX && Files.exists(path); attempt++) {
            for (Path each : deepestFirst()) {
                try {
                    Files.deleteIfExists(each);
                } catch (IOException left) {
                    last = left;
                }
            }
        }
        if (Files.exists(path)) {
            throw new IOException(
                    "could not delete " + path + ", which holds private keys; delete it", last);
        }
    }

    private List<Path> deepestFirst() throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            return all.sorted(Comparator.reverseOrder()).toList();
        } catch (UncheckedIOException vanished) {
            throw vanished.getCause();
        }
    }

    /// The user's folder is not one to write to.
    static final class InUseException extends IOException {
        private static final long serialVersionUID = 1L;

        InUseException(String message) {
            super(message);
        }
    }
}
