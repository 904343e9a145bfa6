package dev.caddis.agent.config;

import java.nio.file.Path;

/// One thing that is wrong in a configuration file, or, as a warning, one that deserves a second
/// look.
///
/// @param file the file as the user named it
/// @param line counted from 1
/// @param key the path of the key, such as `topics."pump/17".every`; `file` and `yaml` stand for
///   the whole file
/// @param what what is wrong, never with a secret in it
/// @param remedy what to write instead
public record Problem(Path file, int line, String key, String what, String remedy) {

    /// `FILE:LINE: key: what is wrong; what to write`, always one line.
    @Override
    public String toString() {
        return Quote.oneLine(file + ":" + line + ": " + key + ": " + what + "; " + remedy);
    }
}
