package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.time.Duration;

/// How what was accepted is kept until the broker has it.
///
/// @param folder of the session; `null` exactly with durability MEMORY
/// @param maxBytes of the disk, or of memory
/// @param maxAge a message that has waited longer is dropped; `null`: none is for its age
/// @param minFreeBytes of the disk, below which the outbox grows no more
public record StoreSettings(
        @Nullable Path folder,
        long maxBytes,
        WhenFull whenFull,
        Durability durability,
        @Nullable Duration maxAge,
        long minFreeBytes) {

    /// What happens to a message for which there is no room.
    public enum WhenFull {
        DROP_OLDEST,
        DROP_NEWEST,
        /// The message is not accepted; the log says so.
        REJECT,
        /// Sampling waits for room.
        BLOCK
    }

    /// What an accepted message survives.
    public enum Durability {
        /// A power cut.
        POWER,
        /// The end of the process, kill -9 included.
        PROCESS,
        /// Lost connections only.
        MEMORY
    }
}
