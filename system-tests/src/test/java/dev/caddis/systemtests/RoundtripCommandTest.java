package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import static java.util.Objects.requireNonNull;

import dev.caddis.demo.Issued;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `caddis roundtrip` as a process of its own, against Mosquitto behind mutual TLS.
@Execution(ExecutionMode.CONCURRENT)
@RequiresMosquitto
class RoundtripCommandTest {

    private static final Duration END = Duration.ofSeconds(60);

    private static @Nullable SecuredMosquitto mosquitto;

    @BeforeAll
    static void startBroker(@TempDir Path shared) throws IOException {
        mosquitto = SecuredMosquitto.in(shared, "log_type debug");
        mosquitto.broker().start();
    }

    @AfterAll
    static void stopBroker() {
        requireNonNull(mosquitto).broker().close();
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
            assertThat(requireNonNull(mosquitto).broker().log())
                    .contains("Received DISCONNECT from whole");
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
            assertThat(requireNonNull(mosquitto).broker().log())
                    .contains("Received DISCONNECT from cut-short");
        } finally {
            run.kill();
        }
    }

    private static List<String> command(String clientId, String... options) {
        SecuredMosquitto here = requireNonNull(mosquitto);
        Issued device = here.certificates().device();
        List<String> arguments = new ArrayList<>(List.of("roundtrip", "-i", clientId));
        arguments.addAll(List.of("--broker", here.broker().url()));
        arguments.addAll(List.of("--ca", here.certificates().pki().ca().toString()));
        arguments.addAll(List.of("--cert", device.certificate().toString()));
        arguments.addAll(List.of("--key", device.key().toString()));
        arguments.addAll(List.of(options));
        return CaddisProcess.command(List.of(), List.of(), arguments);
    }
}
