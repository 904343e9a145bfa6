package dev.caddis.agent.cli;

import dev.caddis.mqtt.MqttException;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.IdentityException.Problem;

import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

import java.io.PrintWriter;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;

/// The `caddis` command.
public final class Main {

    private static final Set<String> OWN =
            Set.of(
                    "run",
                    "check",
                    "doctor",
                    "read",
                    "pub",
                    "sub",
                    "roundtrip",
                    "outbox",
                    "session",
                    "status",
                    "pki",
                    "init");

    private Main() {}

    public static void main(String[] args) {
        int exitCode = ExitCode.FAILED;
        try {
            CommandLine line = commandLine(args);
            exitCode = execute(line, args);
            if (line.getCommand() instanceof CaddisCommand caddis && caddis.logs) {
                Logging.stop();
            }
        } finally {
            System.exit(exitCode); // whatever happened: a command may have left threads behind
        }
    }

    /// Runs what `args` say on a line that [#commandLine] made for them.
    static int execute(CommandLine line, String... args) {
        Optional<String> complaint = FirstLook.complaint(line, args);
        if (complaint.isPresent()) {
            line.getErr().println("caddis: " + complaint.get());
            return ExitCode.USAGE;
        }
        try {
            return line.execute(args);
        } catch (Error failure) { // picocli takes care of exceptions only
            return unexpected(failure, line);
        }
    }

    /// The command line for `args`; also for tools that describe the commands. Only commands of
    /// other modules need to be looked for.
    public static CommandLine commandLine(String... args) {
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
        err.println("caddis: " + WrongUsage.sentence(problem));
        err.println("Usage and examples: " + line.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
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
                yield wrong.exitCode();
            }
            case FailedException told -> {
                err.println("caddis: " + told.getMessage());
                yield ExitCode.FAILED;
            }
            case MqttException told -> {
                err.println("caddis: " + sentence(told));
                yield switch (told.getCause()) { // a setting out of bounds, or a file named wrong
                    case IllegalArgumentException _, IdentityException _ -> ExitCode.USAGE;
                    case null, default -> ExitCode.FAILED;
                };
            }
            default -> unexpected(cause, line);
        };
    }

    /// With the option to write, which the library does not know.
    private static String sentence(MqttException told) {
        String sentence = String.valueOf(told.getMessage());
        return told.getCause() instanceof IdentityException identity
                        && identity.problem() == Problem.KEY_ENCRYPTED_WITHOUT_PASSWORD
                ? sentence.replaceFirst("; give one$", "; write --key-password-file FILE")
                : sentence;
    }

    private static int unexpected(Throwable cause, CommandLine line) {
        if (cause instanceof Error && debug(line)) {
            cause.printStackTrace(line.getErr());
        }
        line.getErr()
                .println(
                        "caddis: unexpected failure: "
                                + cause
                                + (debug(line) ? "" : "; --debug shows where it came from"));
        return ExitCode.FAILED;
    }

    private static boolean debug(CommandLine line) {
        CommandLine root = line;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return root.getCommand() instanceof CaddisCommand caddis && caddis.debug;
    }
}
