package dev.caddis.mqtt;

/// What an accepted message survives, with a session folder; without one it survives as long as the
/// client.
public enum Durability {
    /// The end of the process, kill -9 included: it was handed to the system. After a power cut the
    /// session begins anew, and what is left of it is published as possibly repeated.
    PROCESS,
    /// A power cut: it was forced to the disk.
    POWER
}
