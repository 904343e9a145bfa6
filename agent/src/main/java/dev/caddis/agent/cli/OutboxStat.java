package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.agent.config.Sizes;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.SessionFolder.Summary;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Callable;

/// `caddis outbox stat`.
@Command(
        name = "stat",
        description = "Tell how much waits, since when, and what it takes of the disk.",
        footer = {"", "Example: caddis outbox stat -c /etc/caddis/caddis.yaml --json"})
final class OutboxStat implements Callable<Integer> {

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final FolderOption where = new FolderOption();

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        Path folder = where.folder();
        Summary summary =
                SessionFolder.at(folder)
                        .summary()
                        .orElseThrow(() ->
                                new FailedException("the session in " + folder + " is gone", null));
        PrintWriter out = Console.out(spec);
        if (json) {
            out.println(object(folder, summary));
        } else {
            print(folder, summary, out);
        }
        out.flush();
        return ExitCode.DONE;
    }

    private static void print(Path folder, Summary summary, PrintWriter out) {
        Instant oldest = summary.oldest();
        line(out, "folder", folder.toString());
        line(out, "client id", summary.clientId());
        line(
                out,
                "waiting",
                Count.of(summary.outboxMessages(), "message")
                        + ", "
                        + Sizes.about(summary.outboxBytes()));
        line(
                out,
                "oldest",
                oldest == null
                        ? "none"
                        : oldest
                                + ", "
                                + OutboxLs.age(oldest, Clock.systemUTC().instant())
                                + " ago");
        line(out, "cursor", "sequence " + summary.cursor());
        line(out, "sent", Count.of(summary.openExchanges(), "message") + ", not acknowledged");
        line(
                out,
                "disk",
                Sizes.about(summary.diskBytes())
                        + " in use, "
                        + Count.of(summary.journalFiles(), "journal file")
                        + "; "
                        + Sizes.about(summary.diskFree())
                        + " free");
        for (String file : summary.damagedFiles()) {
            line(out, "damaged", file);
        }
    }

    private static void line(PrintWriter out, String what, String text) {
        out.println("  %-10s %s".formatted(what, OneLine.text(text)));
    }

    private static String object(Path folder, Summary summary) {
        return new JsonLine()
                .with("folder", folder.toString())
                .with("client_id", summary.clientId())
                .with("waiting_messages", summary.outboxMessages())
                .with("waiting_bytes", summary.outboxBytes())
                .with("oldest", summary.oldest())
                .with("cursor", summary.cursor())
                .with("sent_messages", summary.openExchanges())
                .with("journal_files", summary.journalFiles())
                .with("damaged_files", summary.damagedFiles())
                .with("disk_bytes", summary.diskBytes())
                .with("disk_free_bytes", summary.diskFree())
                .toString();
    }
}
