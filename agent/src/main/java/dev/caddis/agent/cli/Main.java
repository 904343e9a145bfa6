package dev.caddis.agent.cli;

import dev.caddis.mqtt.MqttException;

import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

import java.io.PrintWriter;
import java.util.ServiceLoader;
import java.util.Set;

/// The `caddis` command.
public final class Main {

    private static final Set<String> OWN = Set.of("run", "check", "pub", "sub");
    private static final Set<String> LATER =
            Set.of("doctor", "roundtrip", "read", "outbox", "session", "pki", "status", "init");

    private Main() {}

    public static void main(String[] args) {
        CommandLine line = commandLine(args);
        int exitCode = line.execute(args);
        if (line.getCommand() instanceof CaddisCommand caddis && caddis.logs) {
            Logging.stop();
        }
        System.exit(exitCode);
    }

    /// The command line for `args`. Only commands of other modules need to be looked for.
    static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new CaddisCommand());
        if (args.length == 0 || !OWN.contains(args[0])) {
            for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
                line.addSubcommand(provider.command());
            }
        }
        Converters.register(line);
        line.setUsageHelpAutoWidth(true);
        line.setParameterExceptionHandler(Main::wrongUsage);
        line.setExecutionExceptionHandler(Main::failed);
        return line;
    }

    private static int wrongUsage(ParameterException problem, String[] args) {
        CommandLine line = problem.getCommandLine();
        PrintWriter err = line.getErr();
        String what = String.valueOf(problem.getMessage()).replaceFirst("^Error: ", "");
        if (problem instanceof UnmatchedArgumentException unknown
                && line.getParent() == null
                && !unknown.isUnknownOption()) {
            what = noSuchCommand(unknown.getUnmatched().getFirst(), line);
        }
        err.println("caddis: " + what);
        err.println("Usage and examples: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    private static String noSuchCommand(String name, CommandLine line) {
        String commands = String.join(", ", line.getSubcommands().keySet());
        return '"'
                + name
                + (LATER.contains(name) ? "\" is not in this version" : "\" is not a command")
                + "; there are: "
                + commands;
    }

    private static int failed(Exception problem, CommandLine line, ParseResult parsed)
            throws Exception {
        Throwable cause =
                problem instanceof ExecutionException && problem.getCause() != null
                        ? problem.getCause()
                        : problem;
        PrintWriter err = line.getErr();
        if (debug(line)) {
            cause.printStackTrace(err);
        }
        return switch (cause) {
            case UsageException wrong -> {
                err.println(wrong.getMessage());
                yield ExitCode.USAGE;
            }
            case FailedException told -> {
                err.println("caddis: " + told.getMessage());
                yield ExitCode.FAILED;
            }
            case MqttException told -> {
                err.println("caddis: " + told.getMessage());
                yield told.getCause() instanceof IllegalArgumentException
                        ? ExitCode.USAGE // a setting out of bounds, not a file or the network
                        : ExitCode.FAILED;
            }
            default -> {
                err.println(
                        "caddis: unexpected failure: "
                                + cause
                                + (debug(line) ? "" : "; --debug shows where it came from"));
                yield ExitCode.FAILED;
            }
        };
    }

    private static boolean debug(CommandLine line) {
        CommandLine root = line;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root.getCommand() instanceof CaddisCommand caddis && caddis.debug;
    }
}
