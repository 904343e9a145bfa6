package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `caddis roundtrip` as a process of its own, against Mosquitto behind mutual TLS.
@RequiresMosquitto
class RoundtripCommandTest {

    private static final Duration END = Duration.ofSeconds(60);

    private static @Nullable Certificates certificates;
    private static @Nullable Mosquitto broker;

    @BeforeAll
    static void startBroker(@TempDir Path shared) throws IOException {
        certificates = Certificates.in(shared);
        broker =
                new Mosquitto(
                        MosquittoSettings.of(
                                        certificates.pki(),
                                        certificates.server(),
                                        shared.resolve("mosquitto"))
                                .line("log_type debug"));
        broker.start();
    }

    @AfterAll
    static void stopBroker() {
        requireNonNull(broker).close();
    }

    @Test
    void an_iteration_over_mutual_TLS_ends_with_0() throws Exception {
        var run =
                new ChildProcess(
                        command("whole", "--iterations", "1", "--publishes", "2"), line -> {});
        try {
            assertThat(run.end("0", END)).as("%s", run.output()).hasValue(0);
            assertThat(run.output())
                    .contains("  2 of 2 ", "TLSv1.3", "1 iteration, 2 round trips: min ");
            assertThat(requireNonNull(broker).log()).contains("Received DISCONNECT from whole");
        } finally {
            run.kill();
        }
    }

    @Test
    void Ctrl_C_ends_it_with_DISCONNECT_what_it_came_to_and_130() throws Exception {
        var cameBack = new CountDownLatch(1);
        var run =
                new ChildProcess(
                        command("cut-short", "--json"),
                        line -> {
                            if (line.contains("\"round_trip\"")) {
                                cameBack.countDown();
                            }
                        });
        try {
            assertThat(cameBack.await(END.toSeconds(), TimeUnit.SECONDS))
                    .as("%s", run.output())
                    .isTrue();
            assertThat(run.end("INT", END)).as("%s", run.output()).hasValue(130);
            assertThat(run.output())
                    .contains("{\"step\":\"summary\",\"iterations\":0,")
                    .endsWith("\"failure\":null}");
            assertThat(requireNonNull(broker).log()).contains("Received DISCONNECT from cut-short");
        } finally {
            run.kill();
        }
    }

    /// A shell may have made this process deaf to SIGINT, which children inherit.
    private static List<String> command(String clientId, String... options) {
        var device = requireNonNull(certificates).device();
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "env",
                                "--default-signal=INT,TERM",
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.caddis.agent.cli.Main",
                                "roundtrip",
                                "--broker",
                                requireNonNull(broker).url(),
                                "--ca",
                                requireNonNull(certificates).pki().ca().toString(),
                                "--cert",
                                device.certificate().toString(),
                                "--key",
                                device.key().toString(),
                                "-i",
                                clientId));
        command.addAll(List.of(options));
        return command;
    }
}
