package dev.caddis.agent.cli;

/// Adds a command to `caddis` from another module, found by [java.util.ServiceLoader].
public interface CommandProvider {

    /// An object with picocli's `@Command`, whose `call` returns the exit code.
    Object command();
}
