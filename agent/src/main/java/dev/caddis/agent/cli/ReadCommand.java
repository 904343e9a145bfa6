package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.source.Clocks;
import dev.caddis.agent.source.DeviceTree;
import dev.caddis.agent.source.SourceSettings;
import dev.caddis.agent.source.ThisMachine;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis read`: what the data paths of this machine answer.
@Command(
        name = "read",
        description =
                "Show the present values of data paths of this machine. A path that has others"
                        + " below it stands for them; / is the whole tree.",
        footer = {
            "",
            "Exit code 1 when a reading failed; why is told on standard error.",
            "Load and rates are those of the 0.4 s that a first reading takes.",
            "Examples:",
            "  caddis read",
            "  caddis read /system/memory /sensors/temperature",
            "  caddis read -c caddis.yaml --json /"
        })
final class ReadCommand implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @ParentCommand private @Nullable CaddisCommand caddis;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description =
                    "Read as this configuration would: its device.root and device.id. Left out:"
                            + " this machine, and its host name for an id.")
    private @Nullable Path config;

    @Option(
            names = "--json",
            description = "Print one JSON object a reading: path, value, unit, taken_at, problem.")
    private boolean json;

    @Parameters(
            arity = "0..*",
            paramLabel = "PATH",
            description = "Data paths; the leading slash may be left out. None: /.")
    private List<String> paths = List.of();

    @Override
    public Integer call() {
        Console.loggingRoot(caddis);
        SourceSettings settings = settings();
        try (DeviceTree tree = ThisMachine.tree(settings, Clocks.system()).build()) {
            boolean good =
                    new ReadingPrinter(tree, Console.out(spec), Console.err(spec), json)
                            .print(paths.isEmpty() ? List.of("/") : paths);
            return good ? ExitCode.DONE : ExitCode.FAILED;
        }
    }

    private SourceSettings settings() {
        if (config != null) {
            AgentSettings settings = ConfigFile.valid(config).settings();
            return new SourceSettings(settings.deviceId(), settings.sensorsRoot());
        }
        String host = Environment.ofThisMachine().hostname();
        return SourceSettings.of(host == null ? "" : host);
    }
}
