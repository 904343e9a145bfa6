package dev.caddis.agent.cli;

import dev.caddis.agent.identity.BenchPki;
import dev.caddis.agent.identity.CertificateSubject;
import dev.caddis.agent.identity.KeyKind;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/// `caddis rehearse`: the other end for an agent that runs once before it is needed.
///
/// Java starts in half the time when it finds in a file what an earlier run loaded
/// (`-XX:AOTCache`). That file fits one Java and one set of jars only, so it is made where Caddis
/// is installed: packaging/make-cache runs an agent against this.
@Command(
        name = "rehearse",
        hidden = true,
        description =
                "Answer one agent over mutual TLS: print \"ready\" when it may come, \"published\""
                    + " when it has published, and end when it has left. DIR gets certificates for"
                    + " a day and caddis.yaml, the configuration of that agent.",
        footer = {"", "Example: caddis rehearse rehearsal"})
final class RehearseCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final String PASSWORD = "rehearsal"; // of a key that is thrown away

    @Spec private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "A folder that is new or empty.")
    private Path folder = Path.of("rehearsal");

    @Override
    public Integer call() throws Exception {
        certificates(folder, Clock.systemUTC().instant());
        PrintWriter out = Console.out(spec);
        try (var broker = RehearsalBroker.listening(folder.resolve("localhost.p12"), PASSWORD)) {
            Files.writeString(folder.resolve("caddis.yaml"), configuration(broker.port()));
            say(out, "ready");
            broker.serve(PATIENCE, () -> say(out, "published"));
        }
        return ExitCode.DONE;
    }

    private static void say(PrintWriter out, String word) {
        out.println(word);
        out.flush();
    }

    private static void certificates(Path folder, Instant now) throws IOException {
        BenchPki pki = BenchPki.init(folder, "rehearsal", VALIDITY, now);
        var server = CertificateSubject.server("localhost", List.of("localhost"));
        var _ = pki.issue("localhost", server, KeyKind.EC_P256, VALIDITY, now);
        var device = CertificateSubject.device("device");
        var _ = pki.issue("device", device, KeyKind.EC_P256, VALIDITY, now);
        var _ = BenchPki.bundle(folder, "localhost", PASSWORD);
    }

    /// What an agent in the field does.
    private static String configuration(int port) {
        return """
        device: { id: "${cert:cn}" }
        brokers:
          - url: mqtts://localhost:%d
        tls: { ca: ca.pem, cert: device.pem, key: device.key }
        defaults: { every: 1s }
        topics:
          "${device.id}/data":
            cpu_load: /system/cpu/load
            memory_available: /system/memory/available
            temperature: /sensors/temperature
            network: /network
            disk_free: /storage/root/free
        subscriptions:
          - { topic: "${device.id}/data", qos: 1, handler: log }
        store: { path: session, max_size: 16MB }
        """
                .formatted(port);
    }
}
