package dev.caddis.agent.cli;

/// Wrong usage or configuration that picocli cannot see; ends a command with [ExitCode#USAGE]. The
/// message may have several lines, each complete.
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    UsageException(String message) {
        this(message, ExitCode.USAGE);
    }

    UsageException(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
