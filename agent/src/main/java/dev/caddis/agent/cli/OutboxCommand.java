package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `caddis outbox`: what was accepted and is not acknowledged.
@Command(
        name = "outbox",
        description =
                "Look at the messages that a session folder keeps for the broker, or drop them."
                        + " Looking disturbs no agent that runs with it.",
        subcommands = {OutboxLs.class, OutboxStat.class, OutboxExport.class, OutboxPurge.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example: caddis outbox stat -c /etc/caddis/caddis.yaml"})
final class OutboxCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        Console.known(spec).commandLine().usage(Console.err(spec));
        return ExitCode.USAGE;
    }
}
