package dev.caddis.agent.cli;

import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.SubscriptionOptions;
import dev.caddis.mqtt.packet.TopicFilter;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis sub`: prints what arrives.
@Command(
        name = "sub",
        description =
                "Print the messages that arrive, one a line; how the connection stands goes to"
                        + " standard error.",
        footer = {
            "",
            "Without --count it runs until Ctrl-C (exit code 130), or for --timeout (0).",
            "Examples:",
            "  caddis sub -c caddis.yaml -t 'pump-17/#' -v",
            "  caddis sub -c caddis.yaml -t pump-17/data -q 1 --count 10 --timeout 60s --json",
            "  caddis sub -c caddis.yaml -t 'pump-17/#' -q 2 --session ./inbox"
        })
final class SubCommand implements Callable<Integer> {

    /// As long as that of the agent.
    private static final Duration DURABLE_EXPIRY = Duration.ofDays(7);

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration RETRY_MIN = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(5);

    @Spec private @Nullable CommandSpec spec;
    @ParentCommand private @Nullable CaddisCommand caddis;
    @Mixin private final BrokerOptions broker = new BrokerOptions();

    @Option(
            names = {"-t", "--topic"},
            required = true,
            paramLabel = "FILTER",
            description = "What to listen to; + and # are wildcards. May be given several times.")
    private List<TopicFilter> filters = List.of();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "0, 1 or 2 at most; ${DEFAULT-VALUE} when left out.")
    private Qos qos = Qos.AT_MOST_ONCE;

    @Option(
            names = "--session",
            paramLabel = "DIR",
            description =
                    "Keep the session in this folder, and at the broker for 7 days: what is sent"
                            + " meanwhile at QoS 1 or 2 is printed by the next run with it.")
    private @Nullable Path session;

    @Option(names = "--count", paramLabel = "N", description = "End after N messages.")
    private @Nullable Long count;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description =
                    "End after this time: with exit code 1 when --count was not reached or there"
                            + " was no connection. Left out: never.")
    private @Nullable Duration timeout;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print the topic before the payload.")
    private boolean verbose;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object a message: topic, payload (or payload_base64), qos,"
                            + " retain, dup, properties.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec known = Console.known(spec);
        if (count != null && count < 1) {
            throw new ParameterException(
                    known.commandLine(), "--count is " + count + "; write 1 or more");
        }
        PrintWriter err = Console.err(spec);
        ConnectionWatch watch = new ConnectionWatch(err, true);
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        Printing printing = new Printing(out, format(), count == null ? Long.MAX_VALUE : count);
        Console.loggingRoot(caddis);
        MqttClientBuilder builder =
                builder(session)
                        .reconnect(RETRY_MIN, RETRY_MAX)
                        .onEvent(watch)
                        .onEvent(printing::watch);
        filters.forEach(filter ->
                builder.subscribeManually(
                        filter.value(),
                        SubscriptionOptions.of(qos),
                        (delivery, acknowledger) ->
                                printing.print(delivery, acknowledger::acknowledge)));
        MqttClient client = builder.open();
        try (OnInterrupt _ = new OnInterrupt(() -> stop(client, watch))) {
            Printing.Ending ending;
            try {
                ending = printing.await(timeout);
            } finally {
                stop(client, watch);
            }
            return code(ending, watch, printing.printed());
        }
    }

    private MqttClientBuilder builder(@Nullable Path folder) {
        return folder == null
                ? broker.builder("sub").sessionExpiry(Duration.ZERO)
                : broker.durable("sub", folder).sessionExpiry(DURABLE_EXPIRY);
    }

    private MessageFormat format() {
        if (json) {
            return MessageFormat.json();
        }
        return Terminal.isStandardOutput()
                ? MessageFormat.forTerminal(verbose)
                : MessageFormat.plain(verbose);
    }

    private static void stop(MqttClient client, ConnectionWatch watch) {
        watch.closing();
        client.close(CLOSE);
    }

    private int code(Printing.Ending ending, ConnectionWatch watch, long printed) {
        Duration limit = timeout;
        return switch (ending) {
            case Printing.Ending.CountReached _, Printing.Ending.ReaderGone _ -> ExitCode.DONE;
            case Printing.Ending.Failed(String why) -> throw new FailedException(why, null);
            case Printing.Ending.TimeOver _ when limit != null && !watch.wasConnected() ->
                    throw ConnectionWatch.noConnection(limit);
            case Printing.Ending.TimeOver _ when limit != null && count != null ->
                    throw new FailedException(
                            "received "
                                    + printed
                                    + " of "
                                    + count
                                    + " messages within "
                                    + Durations.text(limit),
                            null);
            case Printing.Ending.TimeOver _ -> ExitCode.DONE;
        };
    }
}
