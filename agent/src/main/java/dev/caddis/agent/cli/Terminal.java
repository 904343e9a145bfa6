package dev.caddis.agent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Is standard output, or standard error, a terminal?
final class Terminal {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");
    private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /// Whether control characters would steer it.
    static boolean isStandardOutput() {
        return isTerminal(STANDARD_OUTPUT, true);
    }

    /// Whether a person watches it.
    static boolean isStandardError() {
        return isTerminal(STANDARD_ERROR, false);
    }

    /// @param harmless the answer where nobody can tell
    private static boolean isTerminal(Path stream, boolean harmless) {
        if (Files.isSymbolicLink(stream)) { // Linux
            try {
                return isDevice(Files.readSymbolicLink(stream));
            } catch (IOException unknown) {
                return harmless;
            }
        }
        return Optional.ofNullable(System.console()) // null also when standard input is no terminal
                .map(java.io.Console::isTerminal)
                .orElse(false);
    }

    /// Whether `device` is the kind of file that a terminal is: `/dev/pts/0`, `/dev/tty1`,
    /// `/dev/console`.
    static boolean isDevice(Path device) {
        String name = device.toString();
        return name.startsWith("/dev/pts/")
                || name.startsWith("/dev/tty")
                || name.equals("/dev/console");
    }
}
