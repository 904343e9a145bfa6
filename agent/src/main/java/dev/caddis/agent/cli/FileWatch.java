package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;

/// Sees that a file is another one than before, however that was done: written to, replaced, or a
/// symbolic link on the way to it set anew, which a watch on its folder would not see. One thread
/// uses it.
final class FileWatch {

    private final Path file;
    private @Nullable Stamp known;
    private @Nullable Stamp unsettled;

    /// @param id of the file in its file system; `null` where that has none
    private record Stamp(FileTime modified, long bytes, @Nullable Object id) {}

    FileWatch(Path file) {
        this.file = file;
        this.known = stamp();
    }

    /// Looks again. A change is told once it has been the same for two looks, so that a file that
    /// is just being written is not read too early. A file that is gone is no change: its writer
    /// may be about to replace it.
    boolean hasChanged() {
        Stamp now = stamp();
        if (now == null || now.equals(known)) {
            unsettled = null;
            return false;
        }
        if (!now.equals(unsettled)) {
            unsettled = now;
            return false;
        }
        known = now;
        unsettled = null;
        return true;
    }

    /// The file is being read now, whatever it is.
    void read() {
        known = stamp();
        unsettled = null;
    }

    private @Nullable Stamp stamp() {
        try {
            var now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(now.lastModifiedTime(), now.size(), now.fileKey());
        } catch (IOException gone) {
            return null;
        }
    }
}
