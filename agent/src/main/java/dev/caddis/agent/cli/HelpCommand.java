package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.util.List;
import java.util.concurrent.Callable;

/// `caddis help`: the same as `--help`, where many look for it first.
@Command(
        name = "help",
        description = "Show what caddis or one of its commands can do; the same as --help.",
        footer = {"", "Examples:", "  caddis help pub", "  caddis help pki init"})
final class HelpCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Parameters(
            arity = "0..*",
            paramLabel = "COMMAND",
            description =
                    "The command to explain, such as pub or pki init. Left out: all of them, a line"
                            + " each.")
    private List<String> words = List.of();

    @Override
    public Integer call() {
        CommandLine explained = Console.known(spec).root().commandLine();
        for (String word : words) {
            CommandLine below = explained.getSubcommands().get(word);
            if (below == null) {
                throw new UsageException("caddis: " + noSuchCommand(word, explained));
            }
            explained = below;
        }
        explained.usage(Console.out(spec));
        Console.out(spec).flush();
        return ExitCode.DONE;
    }

    private static String noSuchCommand(String word, CommandLine above) {
        String name = above.getCommandSpec().qualifiedName();
        return above.getSubcommands().isEmpty()
                ? name + " has no commands below it; leave out \"" + word + '"'
                : FirstLook.noSuchCommand(word, above);
    }
}
