package dev.caddis.agent.config;

import java.nio.file.Path;

/// One thing that is wrong in a configuration file, or, as a warning, one that deserves a second
/// look.
///
/// @param file the file as the user named it
/// @param line counted from 1; 0 when the file could not be read at all
/// @param key the path of the key, such as `topics."pump/17".every`; `yaml` stands for the whole
///   file, `file` for one that could not be read
/// @param what what is wrong, never with a secret in it
/// @param remedy what to write instead
public record Problem(Path file, int line, String key, String what, String remedy) {

    /// `FILE:LINE: key: what is wrong; what to write`, always one line; of a file that could not be
    /// read `FILE: what is wrong; what to do`.
    @Override
    public String toString() {
        String where = line == 0 ? file + ": " : file + ":" + line + ": " + key + ": ";
        return Quote.oneLine(where + what + "; " + remedy);
    }
}
