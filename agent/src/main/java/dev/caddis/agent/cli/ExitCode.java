package dev.caddis.agent.cli;

/// What the shell gets to know.
public final class ExitCode {

    /// It is done.
    public static final int DONE = 0;

    /// It was tried and failed.
    public static final int FAILED = 1;

    /// Wrong usage or configuration; nothing was tried.
    public static final int USAGE = 2;

    /// The configuration's PIN was refused by its token: the same again, a few times, locks it. No
    /// supervisor should start the agent again before somebody has corrected it.
    public static final int PIN_REFUSED = 3;

    private ExitCode() {}
}
