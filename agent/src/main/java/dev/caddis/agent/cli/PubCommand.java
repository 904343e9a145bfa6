package dev.caddis.agent.cli;

import static java.util.Objects.requireNonNull;

import dev.caddis.agent.Permission;
import dev.caddis.agent.Tally;
import dev.caddis.agent.config.Durations;
import dev.caddis.mqtt.BrokerRefusedException;
import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.MqttException;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.TopicName;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis pub`: publishes one message, or one for each line of standard input.
@Command(
        name = "pub",
        description = "Publish a message, or one for each line of standard input.",
        footer = {
            "",
            "Exit code 0 only when everything was acknowledged (QoS 0: given to the network).",
            "With --session, \"accepted N\" is printed once line N is safe in the folder:",
            "it survives kill -9 and a power cut, and this run or a later one delivers it.",
            "Examples:",
            "  caddis pub -c caddis.yaml -t pump-17/commands -q 1 -m restart",
            "  caddis pub --broker mqtts://broker.example.com --ca ca.pem \\",
            "    --cert me.pem --key me.key -t log -q 1 -l < lines.txt",
            "  caddis pub -c caddis.yaml --session ./outbox -t log -q 2 -l < lines.txt",
            "  caddis pub -c caddis.yaml --session ./outbox --drain"
        })
final class PubCommand implements Callable<Integer> {

    /// How long the broker keeps our session while the connection is away: an exchange that is
    /// resumed arrives once.
    private static final Duration SESSION_EXPIRY = Duration.ofMinutes(5);

    /// As long as that of the agent.
    private static final Duration DURABLE_EXPIRY = Duration.ofDays(7);

    private static final Duration CLOSE = Duration.ofSeconds(2);
    private static final Duration RETRY_MIN = Duration.ofMillis(500);
    private static final Duration RETRY_MAX = Duration.ofSeconds(5);
    private static final int OUTBOX_MESSAGES = 10_000;
    private static final long OUTBOX_BYTES = 32L << 20;

    /// Of a folder, which takes up to 1.6 times as much of the disk.
    private static final long FOLDER_BYTES = 640L << 20;

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

        @Option(
                names = "--drain",
                required = true,
                description =
                        "Nothing new: send what waits in the --session folder. Exit code 0 when all"
                                + " of it is acknowledged.")
        boolean drain;
    }

    @Spec private @Nullable CommandSpec spec;
    @ParentCommand private @Nullable CaddisCommand caddis;
    @Mixin private final BrokerOptions broker = new BrokerOptions();

    @ArgGroup(multiplicity = "1")
    private final Payload payload = new Payload();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description = "Where to publish. Required, but with --drain.")
    private @Nullable TopicName topic;

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            description = "0, 1 or 2; 0 when left out.")
    private @Nullable Qos qos;

    @Option(
            names = "--session",
            paramLabel = "DIR",
            description =
                    "Keep the session in this folder: what is accepted survives the process and a"
                            + " power cut. The next run with it sends first what is left.")
    private @Nullable Path session;

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
                            + " acknowledgement; with --session: for the next acknowledgement."
                            + " ${DEFAULT-VALUE} when left out.")
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
        Path folder = session;
        if (payload.drain) {
            requireAlone(folder);
        } else if (topic == null) {
            OptionSpec missing = Console.known(spec).findOption("-t");
            throw new MissingParameterException(
                    Console.known(spec).commandLine(),
                    List.of(missing),
                    "Missing required option: '--topic=TOPIC'");
        }
        return folder == null ? publish() : publishFrom(folder);
    }

    /// The folder says it all.
    private void requireAlone(@Nullable Path folder) {
        CommandLine line = Console.known(spec).commandLine();
        String beside = topic != null ? "-t" : qos != null ? "-q" : retain ? "-r" : null;
        if (beside != null) {
            throw new ParameterException(
                    line,
                    "--drain sends messages as they were accepted, and "
                            + beside
                            + " is given; leave it out");
        }
        if (folder == null) {
            throw new ParameterException(
                    line,
                    "--drain is given without --session; write --session DIR with the folder to"
                            + " drain");
        }
        if (SessionFolder.at(folder).clientId().isEmpty()) {
            throw new UsageException(
                    "caddis: there is no session in " + folder + "; correct --session");
        }
    }

    private int publishFrom(Path folder) throws Exception {
        PrintWriter err = Console.err(spec);
        ConnectionWatch watch = new ConnectionWatch(err, false);
        var end = new ClientEnd();
        Console.loggingRoot(caddis);
        MqttClient client =
                broker.durable("pub", folder)
                        .sessionExpiry(DURABLE_EXPIRY)
                        .reconnect(RETRY_MIN, RETRY_MAX)
                        .outbox(Long.MAX_VALUE, FOLDER_BYTES, MqttClientBuilder.WhenFull.BLOCK)
                        .keepQos0(true)
                        .publishTimeout(timeout)
                        .onEvent(watch)
                        .onEvent(end::onEvent)
                        .open();
        try (OnInterrupt interrupt =
                new OnInterrupt(() -> {
                    watch.closing();
                    client.close(CLOSE);
                })) {
            var progress = new Progress(err, Terminal.isStandardError(), System::nanoTime);
            var pub =
                    new DurablePub(
                            client,
                            folder,
                            Console.out(spec),
                            progress,
                            () -> interrupt.fired() || end.hasCome());
            if (pub.before() > 0 && !payload.drain) {
                err.println("caddis: " + pub.kept(pub.before()) + " from before; sent first");
                err.flush();
            }
            String trouble = null;
            try {
                trouble = end.orEarlier(() -> work(pub, watch));
            } catch (IOException | MqttException failure) {
                trouble = "stopped early: " + failure.getMessage();
            } finally {
                watch.closing();
                client.close(CLOSE);
            }
            return report(pub, interrupt.fired() ? "interrupted" : trouble, err);
        }
    }

    /// @return what went wrong; `null`: nothing
    private @Nullable String work(DurablePub pub, ConnectionWatch watch) throws Exception {
        if (!payload.drain) {
            pub.publishAll(lines(), this::message);
        }
        if (pub.awaitAcknowledged(timeout)) {
            return null;
        }
        return watch.wasConnected()
                ? pub.left(pub.waiting(), timeout)
                : "no connection within " + Durations.text(timeout) + "; gave up";
    }

    private DurablePub.Lines lines() {
        if (payload.message == null) {
            return new LineReader(in)::next;
        }
        Iterator<byte[]> one = List.of(payload.message.getBytes(StandardCharsets.UTF_8)).iterator();
        return () -> one.hasNext() ? one.next() : null;
    }

    private int report(DurablePub pub, @Nullable String trouble, PrintWriter err) {
        Tally.Counts counts = pub.counts();
        if (json) {
            PrintWriter out = Console.out(spec);
            out.println(durableJson(counts));
            out.flush();
        } else {
            err.println("caddis: " + counts);
        }
        if (trouble != null) {
            err.println("caddis: " + trouble);
        }
        if (counts.unfinished() > 0 && (trouble == null || !trouble.contains("--drain"))) {
            err.println("caddis: " + pub.kept(counts.unfinished()) + "; the next run sends them");
        }
        err.flush();
        return trouble == null && counts.allAcknowledged() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String durableJson(Tally.Counts counts) {
        return "{\"left_before\":" + counts.before() + "," + asJson(counts).substring(1);
    }

    private int publish() throws Exception {
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
        tally.add(client.submit(message(bytes)));
    }

    private Message message(byte[] line) {
        return message(Bytes.wrap(line));
    }

    private Message message(Bytes bytes) {
        return Message.of(requireNonNull(topic).value(), bytes)
                .qos(qos == null ? Qos.AT_MOST_ONCE : qos)
                .retained(retain);
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
