package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

/// Ends a command with [ExitCode#FAILED] and one plain sentence.
final class FailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
