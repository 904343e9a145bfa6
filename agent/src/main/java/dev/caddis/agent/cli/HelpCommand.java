package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `caddis help`: the same as `--help`, where many look for it first.
@Command(
        name = "help",
        description = "Show what caddis or one of its commands can do; the same as --help.",
        footer = {"", "Example: caddis help pub"})
final class HelpCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "COMMAND",
            description = "The command to explain. Left out: all of them, a line each.")
    private @Nullable String command;

    @Override
    public Integer call() {
        CommandLine caddis = Console.known(spec).root().commandLine();
        CommandLine explained = command == null ? caddis : caddis.getSubcommands().get(command);
        if (explained == null) {
            throw new UsageException("caddis: " + FirstLook.noSuchCommand("" + command, caddis));
        }
        explained.usage(Console.out(spec));
        Console.out(spec).flush();
        return ExitCode.DONE;
    }
}
