package dev.caddis.agent.cli;

import dev.caddis.agent.ControlSocket;
import dev.caddis.mqtt.SessionFolder;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;

/// `caddis outbox purge`.
@Command(
        name = "purge",
        description =
                "Drop every message that waits; those that were sent already go on. An agent that"
                        + " runs with the folder does it, counts it and tells it.",
        footer = {
            "",
            "What is dropped is lost: caddis outbox export saves it.",
            "Example: caddis outbox purge -c /etc/caddis/caddis.yaml"
        })
final class OutboxPurge implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final FolderOption where = new FolderOption();

    @Option(names = "--json", description = "Print the count as one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Path folder = where.folder();
        long purged = ofAgent(folder).orElseGet(() -> SessionFolder.at(folder).purge());
        PrintWriter out = Console.out(spec);
        out.println(
                json
                        ? new JsonLine().with("purged", purged)
                        : "dropped " + Count.of(purged, "message"));
        out.flush();
        return ExitCode.DONE;
    }

    private static Optional<Long> ofAgent(Path folder) {
        try {
            return ControlSocket.purge(folder);
        } catch (IOException e) {
            throw new FailedException(
                    "the agent with " + folder + " did not purge it: " + e.getMessage(), e);
        }
    }
}
