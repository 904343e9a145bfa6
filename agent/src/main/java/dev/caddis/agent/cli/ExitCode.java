package dev.caddis.agent.cli;

/// What the shell gets to know.
public final class ExitCode {

    /// It is done.
    public static final int DONE = 0;

    /// It was tried and failed.
    public static final int FAILED = 1;

    /// Wrong usage or configuration; nothing was tried.
    public static final int USAGE = 2;

    private ExitCode() {}
}
