package dev.caddis.agent.source;

import java.io.IOException;
import java.util.SortedSet;

/// What answers data paths below one mount point of the device tree.
///
/// Paths given and answered here are relative to the mount point and have no leading slash:
/// `cpu/load`; `""` is the mount point itself. May be called by several threads at once.
public interface Source {

    /// Every path that can be asked for now.
    ///
    /// @throws IOException when that cannot be found out
    SortedSet<String> paths() throws IOException;

    /// The value at `path` now.
    ///
    /// @throws NoSuchPathException when nothing answers this path
    /// @throws IOException when the value cannot be had; the message says why, and becomes the
    ///   reading's problem
    Measurement measure(String path) throws IOException;
}
