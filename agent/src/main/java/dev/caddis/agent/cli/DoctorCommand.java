package dev.caddis.agent.cli;

import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;
import dev.caddis.agent.doctor.Doctor;
import dev.caddis.agent.doctor.Finding;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/// `caddis doctor`: what keeps this device from its broker?
@Command(
        name = "doctor",
        description =
                "Try everything the agent needs, step by step, within 20 s: configuration, clock,"
                    + " DNS, TCP, certificates, TLS, CONNECT, rights, a round trip, session folder,"
                    + " data paths. Each line says that it works, or why not and what to do. It has"
                    + " a client id of its own, so an agent that runs is not disturbed.",
        footer = {
            "",
            "A filter is subscribed to and unsubscribed from at once. A topic gets half a",
            "QoS 2 exchange, with true readings, that is never finished; over MQTT 3.1.1",
            "nothing. The round trip goes to DEVICE/doctor.",
            "Exit code 0 when nothing failed, 1 when something did, 2 when the",
            "configuration is wrong.",
            "Examples:",
            "  caddis doctor -c /etc/caddis/caddis.yaml",
            "  caddis doctor -c caddis.yaml --json"
        })
final class DoctorCommand implements Callable<Integer> {

    private static final int NONCE_BYTES = 3;

    @Spec private @Nullable CommandSpec spec;
    @ParentCommand private @Nullable CaddisCommand caddis;

    @Mixin private final ConfigOption config = new ConfigOption();

    @Option(
            names = {"-i", "--client-id"},
            paramLabel = "NAME",
            description =
                    "Connect by this client id. Left out: the agent's with -doctor- and a random"
                            + " end. The agent's own would end its connection.")
    private @Nullable String clientId;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            description =
                    "Make the round trip here; subscribers see one message \"caddis doctor ...\"."
                            + " Left out: DEVICE/doctor.")
    private @Nullable String topic;

    @Option(
            names = "--json",
            description =
                    "Print one JSON object a finding: step, subject, result (ok, warning, failed,"
                            + " not_tried), text, remedy, millis.")
    private boolean json;

    @Override
    public Integer call() {
        Console.loggingRoot(caddis);
        Path file = config.file();
        PrintWriter out = Console.out(spec);
        var lines = new DoctorLines(DoctorLines.marks());
        Consumer<Finding> reader =
                finding -> {
                    if (json) {
                        out.println(DoctorLines.object(finding));
                    } else {
                        lines.of(finding).forEach(out::println);
                    }
                    out.flush(); // somebody watches
                };
        return switch (AgentConfig.load(file, Environment.ofThisMachine())) {
            case ConfigResult.Valid(var settings, var warnings) -> {
                byte[] nonce = new byte[NONCE_BYTES];
                new SecureRandom().nextBytes(nonce);
                String end = HexFormat.of().formatHex(nonce);
                String name =
                        clientId == null
                                ? settings.session().clientId() + "-doctor-" + end
                                : clientId;
                var options = new Doctor.Options(name, topic, end);
                yield Doctor.examine(file, settings, warnings, options, reader)
                        ? ExitCode.DONE
                        : ExitCode.FAILED;
            }
            case ConfigResult.Invalid(var problems, _) -> {
                Doctor.wrongConfiguration(problems, reader);
                yield ExitCode.USAGE;
            }
        };
    }
}
