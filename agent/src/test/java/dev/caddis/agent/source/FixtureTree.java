package dev.caddis.agent.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Unpacks a fixture, one `path = content` a line, into a folder that stands for `/`. One text file
/// reviews better than a hundred tiny ones, and `iio:device0` is no file name everywhere.
final class FixtureTree {

    private FixtureTree() {}

    static Path unpack(String resource, Path folder) {
        try (InputStream in = FixtureTree.class.getResourceAsStream("/sensors/" + resource)) {
            if (in == null) {
                throw new IllegalArgumentException("no test resource sensors/" + resource);
            }
            for (String line :
                    new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    int equals = line.indexOf(" = ");
                    write(folder, line.substring(0, equals), line.substring(equals + 3));
                }
            }
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    static void write(Path folder, String path, String content) {
        try {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, content + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
