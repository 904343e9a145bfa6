package dev.caddis.agent;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Whether a client has a session folder, asked without taking it.
public final class SessionLock {

    private SessionLock() {}

    /// The file that a client locks.
    public static Path file(Path folder) {
        return folder.resolve("lock");
    }

    /// @throws IOException when this user may not ask
    public static boolean isHeld(Path folder) throws IOException {
        if (!Files.exists(file(folder))) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(file(folder), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock == null;
        } catch (OverlappingFileLockException e) { // a client of this very process
            return true;
        }
    }
}
