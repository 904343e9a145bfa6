package dev.caddis.agent.cli;

import dev.caddis.agent.Permission;
import dev.caddis.agent.Tally;
import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.MqttException;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.TopicName;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;

/// `caddis pub`: publishes one message, or one for each line of standard input.
@Command(
        name = "pub",
        description = "Publish a message, or one for each line of standard input.",
        footer = {
            "",
            "Exit code 0 only when everything was acknowledged (QoS 0: given to the network).",
            "Examples:",
            "  caddis pub -c caddis.yaml -t pump-17/commands -q 1 -m restart",
            "  caddis pub --broker mqtts://broker.example.com --ca ca.pem \\",
            "    --cert me.pem --key me.key -t log -q 1 -l < lines.txt"
        })
final class PubCommand implements Callable<Integer> {

    /// How long the broker keeps our session while the connection is away: an exchange that is
    /// resumed arrives once.
    private static final Duration SESSION_EXPIRY = Duration.ofMinutes(5);

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration RETRY_MIN = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(5);
    private static final int OUTBOX_MESSAGES = 10_000;
    private static final long OUTBOX_BYTES = 32L << 20;

    /// What to publish.
    static final class Payload {
        @Option(
                names = {"-m", "--message"},
                required = true,
                paramLabel = "TEXT",
                description = "The message, in UTF-8.")
        private @Nullable String message;

        @Option(
                names = {"-l", "--lines"},
                required = true,
                description =
                        "One message for each line of standard input, empty lines included, many in"
                                + " flight.")
        boolean lines;
    }

    @Spec private @Nullable CommandSpec spec;
    @ParentCommand private @Nullable CaddisCommand caddis;
    @Mixin private final BrokerOptions broker = new BrokerOptions();

    @ArgGroup(multiplicity = "1")
    private final Payload payload = new Payload();

    @Option(
            names = {"-t", "--topic"},
            required = true,
            paramLabel = "TOPIC",
            description = "Where to publish.")
    private TopicName topic = new TopicName("unset");

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "0, 1 or 2; ${DEFAULT-VALUE} when left out.")
    private Qos qos = Qos.AT_MOST_ONCE;

    @Option(
            names = {"-r", "--retain"},
            description = "The broker keeps the message for later subscribers.")
    private boolean retain;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description =
                    "How long to wait for the connection, for room, and for the last"
                            + " acknowledgement; ${DEFAULT-VALUE} when left out.")
    private Duration timeout = Duration.ofSeconds(30);

    @Option(names = "--json", description = "Print the counts as one JSON object.")
    private boolean json;

    private final InputStream in;
    private final Tally tally = new Tally();

    PubCommand() {
        this(System.in);
    }

    PubCommand(InputStream in) {
        this.in = in;
    }

    @Override
    public Integer call() throws Exception {
        PrintWriter err = Console.err(spec);
        ConnectionWatch watch = new ConnectionWatch(err, false);
        var end = new ClientEnd();
        Console.loggingRoot(caddis);
        MqttClient client =
                broker.builder("pub")
                        .sessionExpiry(SESSION_EXPIRY)
                        .reconnect(RETRY_MIN, RETRY_MAX)
                        .outbox(OUTBOX_MESSAGES, OUTBOX_BYTES, MqttClientBuilder.WhenFull.BLOCK)
                        .publishTimeout(timeout)
                        .onEvent(watch)
                        .onEvent(end::onEvent)
                        .open();
        try (OnInterrupt interrupt = new OnInterrupt(() -> stop(client, watch, err))) {
            boolean settled;
            try {
                settled =
                        end.orEarlier(() -> {
                            watch.awaitConnected(timeout);
                            publishAll(client);
                            return tally.awaitSettled(timeout);
                        });
            } catch (IOException | MqttException failure) {
                if (!interrupt.fired()) {
                    err.println("caddis: stopped early: " + failure.getMessage());
                    tell(tally.counts(), err);
                }
                return ExitCode.FAILED;
            } catch (FailedException failure) {
                if (end.hasCome()) {
                    tell(tally.counts(), err);
                }
                throw failure;
            } finally {
                watch.closing();
                client.close(CLOSE);
            }
            return report(settled, err);
        }
    }

    private void publishAll(MqttClient client) throws IOException {
        if (payload.message != null) {
            submit(client, Bytes.utf8(payload.message));
            return;
        }
        LineReader lines = new LineReader(in);
        for (byte[] line = lines.next(); line != null; line = lines.next()) {
            submit(client, Bytes.wrap(line));
        }
    }

    private void submit(MqttClient client, Bytes bytes) {
        Message message = Message.of(topic.value(), bytes).qos(qos).retained(retain);
        tally.add(client.submit(message));
    }

    private void stop(MqttClient client, ConnectionWatch watch, PrintWriter err) {
        watch.closing();
        client.close(CLOSE);
        err.println("caddis: interrupted: " + tally.counts());
        err.flush();
    }

    private void tell(Tally.Counts counts, PrintWriter err) {
        if (json) {
            PrintWriter out = Console.out(spec);
            out.println(asJson(counts));
            out.flush();
        } else {
            err.println("caddis: " + counts);
        }
    }

    /// @param settled whether every message has its outcome, in time
    private int report(boolean settled, PrintWriter err) {
        Tally.Counts counts = tally.counts();
        tell(counts, err);
        if (counts.acknowledged() == counts.published()) {
            return ExitCode.DONE;
        }
        Throwable first = tally.firstFailure();
        err.println(
                "caddis: "
                        + (counts.unfinished() > 0 && !settled
                                ? "no acknowledgement within " + Durations.text(timeout)
                                : "the first failure: " + sentence(first)));
        return ExitCode.FAILED;
    }

    private static String sentence(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "unknown";
            case BrokerRefusedException refused ->
                    refused.getMessage() + Permission.toPublish(refused.reason());
            default -> String.valueOf(failure.getMessage());
        };
    }

    private static String asJson(Tally.Counts counts) {
        return "{\"published\":%d,\"acknowledged\":%d,\"possibly_repeated\":%d,\"refused\":%d,\"dropped\":%d,\"not_acknowledged\":%d}"
                .formatted(
                        counts.published(),
                        counts.acknowledged(),
                        counts.repeated(),
                        counts.refused(),
                        counts.dropped(),
                        counts.unfinished());
    }
}
