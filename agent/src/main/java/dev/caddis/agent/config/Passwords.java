package dev.caddis.agent.config;

import org.jspecify.annotations.Nullable;

import java.nio.file.Path;

/// Reads a password and warns when it lies open.
final class Passwords {

    private Passwords() {}

    /// The password; `null` when it cannot be read, which was reported.
    static @Nullable Secret read(Value value) {
        Secret secret = value.secret();
        if (secret == null) {
            return null;
        }
        if (secret.isWrittenDown()) {
            value.warn(
                    "a password stands in this file",
                    "write \"${file:PATH}\", and chmod 600 that file");
        }
        for (Path file : secret.files()) {
            warnWhenOpen(value, file);
        }
        return secret;
    }

    private static void warnWhenOpen(Value value, Path file) {
        try {
            if (FileParsers.isOpenToOthers(file)) {
                value.warn("every user may read the password in " + file, "run: chmod 600 " + file);
            }
        } catch (Refused unreadable) {
            value.wrong("file " + file + " " + unreadable.what(), unreadable.remedy());
        }
    }
}
