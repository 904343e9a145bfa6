package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// However `caddis demo` ends, its private keys do not stay behind.
@Execution(ExecutionMode.CONCURRENT)
class DemoEndTest {

    private static final long LINE_SECONDS_MAX = 120;
    private static final Duration END = Duration.ofSeconds(80);

    @TempDir private Path temp;

    @ParameterizedTest
    @CsvSource({
        "INT, 130, 1. Certificates",
        "INT, 130, 2. A broker",
        "TERM, 143, 4. The agent",
        "INT, 130, 5. The broker is stopped",
        "INT, 130, on and on",
    })
    void a_demo_that_is_interrupted_leaves_nothing(String signal, int exitCode, String phase)
            throws Exception {
        var reached = new CountDownLatch(1);
        var demo =
                new ChildProcess(
                        caddis(List.of(), "demo", "--cycles", "0"),
                        line -> {
                            if (line.contains(phase)) {
                                reached.countDown();
                            }
                        });
        try {
            assertThat(reached.await(LINE_SECONDS_MAX, TimeUnit.SECONDS))
                    .as("%s", demo.output())
                    .isTrue();
            assertThat(demo.end(signal, END)).as("%s", demo.output()).hasValue(exitCode);
        } finally {
            demo.kill();
        }
        assertThat(temp).as("%s", demo.output()).isEmptyDirectory();
        assertThat(demo.output()).doesNotContain("unexpected failure", "Exception");
    }

    @Test
    void an_error_in_a_command_that_left_threads_behind_ends_the_process(@TempDir Path services)
            throws Exception {
        Path list = services.resolve("META-INF/services/dev.caddis.agent.cli.CommandProvider");
        Files.createDirectories(list.getParent());
        Files.writeString(list, FailingCommand.class.getName());
        var failing = new ChildProcess(caddis(List.of(services), "explode"), line -> {});
        try {
            assertThat(failing.end("0", END)).as("%s", failing.output()).hasValue(1);
            assertThat(failing.output())
                    .contains("caddis: unexpected failure: java.lang.NoClassDefFoundError: gone");
        } finally {
            failing.kill();
        }
    }

    private List<String> caddis(List<Path> more, String... arguments) {
        return CaddisProcess.command(List.of("-Djava.io.tmpdir=" + temp), more, List.of(arguments));
    }
}
