package dev.caddis.agent.cli;

import dev.caddis.mqtt.MqttException;
import dev.caddis.mqtt.identity.IdentityException;
import dev.caddis.mqtt.identity.IdentityException.Problem;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// The `caddis` command.
public final class Main {

    /// In the order of the help.
    private static final List<Map.Entry<String, Class<?>>> COMMANDS =
            List.of(
                    Map.entry("run", RunCommand.class),
                    Map.entry("check", CheckCommand.class),
                    Map.entry("doctor", DoctorCommand.class),
                    Map.entry("read", ReadCommand.class),
                    Map.entry("pub", PubCommand.class),
                    Map.entry("sub", SubCommand.class),
                    Map.entry("roundtrip", RoundtripCommand.class),
                    Map.entry("outbox", OutboxCommand.class),
                    Map.entry("session", SessionCommand.class),
                    Map.entry("status", StatusCommand.class),
                    Map.entry("pki", PkiCommand.class),
                    Map.entry("init", InitCommand.class),
                    Map.entry("rehearse", RehearseCommand.class),
                    Map.entry("help", HelpCommand.class));

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

    /// The command line for `args`; without any, with all commands, for tools that describe them.
    /// Where `args` begin with a command of ours, that one alone is there: what describes the
    /// others would take time to make, and the memory of an agent as long as it runs.
    public static CommandLine commandLine(String... args) {
        CommandLine line = new CommandLine(new CaddisCommand());
        Class<?> asked = args.length == 0 ? null : named(args[0]);
        if (asked != null) {
            line.addSubcommand(args[0], asked);
        } else {
            COMMANDS.forEach(each -> line.addSubcommand(each.getKey(), each.getValue()));
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

    /// `help` speaks of the others.
    private static @Nullable Class<?> named(String command) {
        for (Map.Entry<String, Class<?>> each : COMMANDS) {
            if (each.getKey().equals(command) && !command.equals("help")) {
                return each.getValue();
            }
        }
        return null;
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
