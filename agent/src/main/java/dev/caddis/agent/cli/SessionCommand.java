package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `caddis session`: the session that a folder keeps.
@Command(
        name = "session",
        description = "End the session that a folder keeps.",
        subcommands = SessionReset.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: caddis session reset --session ./outbox"})
final class SessionCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Console.known(spec).commandLine().usage(Console.err(spec));
        return ExitCode.USAGE;
    }
}
