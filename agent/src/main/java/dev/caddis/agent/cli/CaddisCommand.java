package dev.caddis.agent.cli;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

import java.util.concurrent.Callable;

/// `caddis` alone: says what there is. Its commands are added by [Main].
@Command(
        name = "caddis",
        synopsisSubcommandLabel = "COMMAND",
        description = "The device end of MQTT: readings to your broker over mutual TLS, and back.",
        versionProvider = VersionProvider.class,
        footer = {
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 PIN refused.",
            "Example: caddis check -c caddis.yaml && caddis run -c caddis.yaml"
        })
final class CaddisCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    boolean helpRequested;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version of Caddis and of Java.")
    boolean versionRequested;

    @Option(
            names = "--debug",
            scope = ScopeType.INHERIT,
            description = "Log every detail, and show where a failure came from.")
    boolean debug;

    /// Whether the command writes a log, which must be ended before the process is.
    boolean logs;

    @Override
    public Integer call() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getErr());
        }
        return ExitCode.USAGE;
    }
}
