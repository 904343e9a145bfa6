package dev.caddis.agent.cli;

import dev.caddis.agent.ControlSocket;
import dev.caddis.agent.SessionLock;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.SessionFolder.Summary;

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

/// `caddis session reset`.
@Command(
        name = "reset",
        description =
                "End the session that a folder keeps, so that another client id can have the"
                    + " folder. Its files are moved to reset-TIME in it, which is a session folder"
                    + " itself. Nobody may run with the folder meanwhile.",
        footer = {
            "",
            "Messages that wait are not delivered any more: send them first with",
            "caddis pub --drain, or save them with caddis outbox export.",
            "Example: caddis session reset --session ./outbox --yes"
        })
final class SessionReset implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final FolderOption where = new FolderOption();

    @Option(names = "--delete", description = "Delete the files, rather than move them.")
    private boolean delete;

    @Option(names = "--yes", description = "Do it although messages wait.")
    private boolean yes;

    @Override
    public Integer call() {
        Path path = where.folder();
        refuseWhileInUse(path);
        SessionFolder folder = SessionFolder.at(path);
        Optional<Summary> summary = folder.summary();
        long waiting = summary.map(each -> each.outboxMessages() + each.openExchanges()).orElse(0L);
        if (waiting > 0 && !yes) {
            throw new FailedException(
                    "in "
                            + path
                            + " there is what the broker has not acknowledged, "
                            + Count.of(waiting, "message")
                            + ", which would be delivered no more. Send it with caddis pub --drain"
                            + " --session "
                            + path
                            + ", save it with caddis outbox export, or write --yes",
                    null);
        }
        PrintWriter out = Console.out(spec);
        if (delete) {
            folder.delete();
            out.println("deleted the session in " + path + lost(waiting));
        } else {
            out.println("moved the session to " + folder.reset() + lost(waiting));
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static void refuseWhileInUse(Path path) {
        try {
            if (SessionLock.isHeld(path)) {
                throw new FailedException(
                        ControlSocket.answers(path)
                                ? "an agent runs with " + path + "; stop it first"
                                : path + " is in use by another client; end that one first",
                        null);
            }
        } catch (IOException e) {
            throw new FailedException(
                    "this user may not lock "
                            + SessionLock.file(path)
                            + ": "
                            + e.getMessage()
                            + "; do it as the user whose session it is: sudo -u USER caddis session"
                            + " reset ...",
                    e);
        }
    }

    private static String lost(long waiting) {
        return waiting == 0 ? "" : ", with " + Count.of(waiting, "message");
    }
}
