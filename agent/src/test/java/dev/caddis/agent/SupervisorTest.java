package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// Against a real datagram socket, which Python has.
@Timeout(60)
class SupervisorTest {

    private static final String RECEIVER =
            """
            import socket, sys, time
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1].replace('@', chr(0), 1))
            print('here', flush=True)
            while True:
                told = s.recv(4096).decode()
                now = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
                print(now, told.replace(chr(10), ' '), flush=True)
            """;

    @TempDir private Path folder;

    private final List<Process> receivers = new ArrayList<>();

    @BeforeEach
    void linux_with_python() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "needs Linux");
        try {
            new ProcessBuilder("python3", "--version").start().waitFor();
        } catch (IOException missing) {
            assumeTrue(false, "needs python3");
        }
    }

    @AfterEach
    void end() {
        receivers.forEach(Process::destroyForcibly);
    }

    @Test
    void it_tells_that_it_is_ready_reloads_and_stops_in_this_order() throws Exception {
        String address = folder.resolve("notify").toString();
        BufferedReader heard = receiver(address);
        try (Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", address))) {
            supervisor.ready();
            supervisor.reloading();
            supervisor.ready();
            supervisor.stopping();
        }
        assertThat(told(heard)).isEqualTo("READY=1");
        String[] reloading = heard.readLine().split(" ", -1);
        assertThat(reloading[1]).isEqualTo("RELOADING=1");
        long micros = Long.parseLong(reloading[2].substring("MONOTONIC_USEC=".length()));
        assertThat(Long.parseLong(reloading[0]) - micros).isBetween(0L, 30_000_000L);
        assertThat(told(heard)).isEqualTo("READY=1");
        assertThat(told(heard)).isEqualTo("STOPPING=1");
    }

    @Test
    void signs_of_life_come_in_time_and_end_with_the_life() throws Exception {
        String address = folder.resolve("notify").toString();
        BufferedReader heard = receiver(address);
        AtomicBoolean lives = new AtomicBoolean(true);
        try (Supervisor supervisor =
                Supervisor.of(
                        Map.of(
                                "NOTIFY_SOCKET",
                                address,
                                "WATCHDOG_USEC",
                                "100000",
                                "WATCHDOG_PID",
                                Long.toString(ProcessHandle.current().pid())))) {
            supervisor.watch(() -> {
                boolean now = lives.get();
                supervisor.ready(); // a sign that it was asked
                return now;
            });
            assertThat(List.of(told(heard), told(heard), told(heard), told(heard)))
                    .contains("WATCHDOG=1");
            lives.set(false);
            supervisor.reloading(); // from here on it is known to every question
            while (!told(heard).startsWith("RELOADING=1")) {
                assertThat(receivers).allMatch(Process::isAlive);
            }
            for (int asked = 0; asked < 10; asked++) {
                assertThat(told(heard)).isEqualTo("READY=1");
            }
        }
    }

    @Test
    void another_process_has_the_watchdog() throws Exception {
        String address = folder.resolve("notify").toString();
        BufferedReader heard = receiver(address);
        try (Supervisor supervisor =
                Supervisor.of(
                        Map.of(
                                "NOTIFY_SOCKET", address,
                                "WATCHDOG_USEC", "1000",
                                "WATCHDOG_PID", "1"))) {
            supervisor.watch(() -> true);
            supervisor.stopping();
        }
        assertThat(told(heard)).isEqualTo("STOPPING=1");
    }

    @Test
    void a_name_in_the_abstract_namespace_is_understood() throws Exception {
        String address = "@caddis-test-" + ProcessHandle.current().pid();
        BufferedReader heard = receiver(address);
        try (Supervisor supervisor = Supervisor.of(Map.of("NOTIFY_SOCKET", address))) {
            supervisor.ready();
        }
        assertThat(told(heard)).isEqualTo("READY=1");
    }

    @Test
    void without_a_supervisor_and_with_one_that_is_gone_nothing_happens() {
        try (Supervisor nobody = Supervisor.of(Map.of());
                Supervisor gone =
                        Supervisor.of(Map.of("NOTIFY_SOCKET", folder.resolve("none").toString()))) {
            for (Supervisor each : List.of(nobody, gone)) {
                each.ready();
                each.watch(() -> true);
                each.stopping();
            }
        }
    }

    private BufferedReader receiver(String address) throws IOException {
        Process receiver =
                new ProcessBuilder("python3", "-c", RECEIVER, address)
                        .redirectErrorStream(true)
                        .start();
        receivers.add(receiver);
        BufferedReader lines = receiver.inputReader();
        assertThat(lines.readLine()).isEqualTo("here");
        return lines;
    }

    private static String told(BufferedReader heard) throws IOException {
        return heard.readLine().replaceFirst("^[0-9]+ ", "");
    }
}
