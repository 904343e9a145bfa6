package dev.caddis.agent.cli;

import dev.caddis.agent.FileStamp;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Path;

/// Sees that a file is another one than before, however that was done: written to, replaced, or a
/// symbolic link on the way to it set anew, which a watch on its folder would not see. One thread
/// uses it.
final class FileWatch {

    private final Path file;
    private @Nullable FileStamp known;
    private @Nullable FileStamp unsettled;

    FileWatch(Path file) {
        this.file = file;
        this.known = stamp();
    }

    /// Looks again. A change is told once it has been the same for two looks, so that a file that
    /// is just being written is not read too early. A file that is gone is no change: its writer
    /// may be about to replace it.
    boolean hasChanged() {
        FileStamp now = stamp();
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

    /// Looks again, and takes what is there for known.
    ///
    /// @return whether it is the same as at the look before, of this method
    boolean isSettled() {
        FileStamp now = stamp();
        boolean settled = now != null && now.equals(unsettled);
        known = now;
        unsettled = settled ? null : now;
        return settled;
    }

    private @Nullable FileStamp stamp() {
        try {
            return FileStamp.of(file);
        } catch (IOException gone) {
            return null;
        }
    }
}
