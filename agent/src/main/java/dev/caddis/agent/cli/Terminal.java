package dev.caddis.agent.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Is standard output a terminal, which control characters would steer?
final class Terminal {

    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    private Terminal() {}

    static boolean isStandardOutput() {
        if (Files.isSymbolicLink(STANDARD_OUTPUT)) { // Linux
            try {
                return isDevice(Files.readSymbolicLink(STANDARD_OUTPUT));
            } catch (IOException unknown) {
                return true; // the harmless answer
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
