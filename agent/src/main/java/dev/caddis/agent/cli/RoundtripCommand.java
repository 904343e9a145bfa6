package dev.caddis.agent.cli;

import dev.caddis.mqtt.MqttException;
import dev.caddis.mqtt.packet.Bytes;
import dev.caddis.mqtt.packet.TopicName;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.security.SecureRandom;
import java.util.concurrent.Callable;

/// `caddis roundtrip`: there and back, again and again.
@Command(
        name = "roundtrip",
        description =
                "Connect, subscribe, publish and receive the same message back, unsubscribe,"
                        + " disconnect; and again. Each step is printed with its time, at last the"
                        + " round trips' minimum, median and maximum.",
        footer = {
            "",
            "Connecting and subscribing are retried 5 times, after random pauses of at most",
            "0.5 s, 1 s, 2 s, 4 s and 5 s. Exit code 1: the retries ran out, the broker",
            "refused a message, or its PUBACK or the message itself did not come within",
            "21 s. Without --iterations it runs until Ctrl-C (exit code 130).",
            "Examples:",
            "  caddis roundtrip -c caddis.yaml --iterations 3",
            "  caddis roundtrip -c caddis.yaml -t pump-17/echo --publishes 100 --json"
        })
final class RoundtripCommand implements Callable<Integer> {

    private static final String TOPIC_END = "/example/topic";

    @Spec private @Nullable CommandSpec spec;
    @ParentCommand private @Nullable CaddisCommand caddis;
    @Mixin private final BrokerOptions broker = new BrokerOptions();

    @Option(
            names = "--iterations",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many connections; 0, as when left out: for ever.")
    private long iterations;

    @Option(
            names = "--publishes",
            paramLabel = "N",
            defaultValue = "5",
            description =
                    "How many messages on each connection, 2 s apart; ${DEFAULT-VALUE} when left"
                            + " out.")
    private int publishes;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description =
                    "Where to publish and listen, best a topic that nobody else uses. Left out: the"
                            + " client id and "
                            + TOPIC_END
                            + ".")
    private @Nullable TopicName topic;

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            defaultValue = "Hello World!",
            description = "The message, in UTF-8; \"${DEFAULT-VALUE}\" when left out.")
    private String message = "";

    @Option(names = "--json", description = "Print one JSON object a step.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        CommandSpec known = Console.known(spec);
        if (iterations < 0) {
            throw new ParameterException(
                    known.commandLine(),
                    "--iterations is " + iterations + "; write 1 or more, or 0 for ever");
        }
        if (publishes < 1) {
            throw new ParameterException(
                    known.commandLine(), "--publishes is " + publishes + "; write 1 or more");
        }
        Console.loggingRoot(caddis);
        BrokerOptions.Access access = broker.access("roundtrip");
        Roundtrip roundtrip =
                new Roundtrip(
                        new RoundtripPlan(
                                iterations,
                                publishes,
                                topic == null ? usualTopic(access.clientId()) : topic.value(),
                                Bytes.utf8(message),
                                RoundtripPlan.Pace.DEMO),
                        access.builders(),
                        Patience.real(),
                        new SecureRandom(),
                        new RoundtripReport(Console.out(spec), json));
        try (OnInterrupt interrupt = new OnInterrupt(roundtrip::end)) {
            try {
                roundtrip.run();
            } catch (FailedException | MqttException failure) {
                if (!interrupt.fired()) {
                    throw failure;
                }
            }
        }
        return ExitCode.DONE; // not where it was interrupted: then the JVM's counts
    }

    private static String usualTopic(String clientId) {
        if (clientId.isEmpty()) { // the broker assigns one
            throw new UsageException(
                    "caddis: the client id is empty, so it makes no topic; name one with --topic");
        }
        try {
            return new TopicName(clientId + TOPIC_END).value();
        } catch (IllegalArgumentException wrong) {
            throw new UsageException(
                    "caddis: the client id makes no topic: "
                            + wrong.getMessage()
                            + "; name one with --topic");
        }
    }
}
