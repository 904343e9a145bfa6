package dev.caddis.agent.cli;

import dev.caddis.agent.OneLine;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.SessionFolder.Waiting;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

/// `caddis outbox ls`.
@Command(
        name = "ls",
        description =
                "List the messages, one a line: sequence, when it was accepted and how long ago,"
                    + " QoS, bytes of payload, topic. Those that were sent and are not acknowledged"
                    + " come first.",
        footer = {"", "Example: caddis outbox ls --session ./outbox --count 20"})
final class OutboxLs implements Callable<Integer> {

    private static final int CHECK_EVERY = 1_000;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private final FolderOption where = new FolderOption();

    @Option(names = "--count", paramLabel = "N", description = "List the first N only.")
    private long count = Long.MAX_VALUE;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object a message: sequence, state (sent or waiting),"
                            + " accepted_at, qos, bytes, topic.")
    private boolean json;

    private long listed;

    @Override
    public Integer call() {
        PrintWriter out = Console.out(spec);
        Clock clock = Clock.systemUTC();
        SessionFolder.at(where.folder())
                .read(message -> {
                    if (listed == count) {
                        return false;
                    }
                    listed++;
                    out.println(json ? object(message) : line(message, clock.instant()));
                    return listed % CHECK_EVERY != 0 || !out.checkError(); // a reader has enough
                });
        out.flush();
        return ExitCode.DONE;
    }

    private static String object(Waiting message) {
        return new JsonLine()
                .with("sequence", message.sequence())
                .with("state", message.isSent() ? "sent" : "waiting")
                .with("accepted_at", message.acceptedAt())
                .with("qos", message.message().qos().level())
                .with("bytes", message.message().payload().length())
                .with("topic", message.message().topic())
                .toString();
    }

    private static String line(Waiting message, Instant now) {
        Instant accepted = message.acceptedAt();
        return "%-8d %-33s QoS %d %8d bytes  %s"
                .formatted(
                        message.sequence(),
                        accepted == null ? "sent" : accepted + " (" + age(accepted, now) + ")",
                        message.message().qos().level(),
                        message.message().payload().length(),
                        OneLine.text(message.message().topic()));
    }

    /// How long ago that was, in its largest unit: `5m`.
    static String age(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toDays() > 0) {
            return age.toDays() + "d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + "m" : Math.max(0, age.toSeconds()) + "s";
    }
}
