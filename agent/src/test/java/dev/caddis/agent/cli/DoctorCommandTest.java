package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;

/// What the doctor says, and how it ends; what it finds is shown with real programs elsewhere.
class DoctorCommandTest {

    private static final int CONNECT_FLAGS = 7; // behind the protocol name and its version

    @TempDir private Path folder;

    private String file(int port, String more) throws IOException {
        Path file = folder.resolve("caddis.yaml");
        Files.writeString(
                file,
                """
                device: { id: pump-17 }
                brokers:
                  - url: mqtt://localhost:%d
                topics:
                  pump-17/data: { id: /device/id }
                store: { path: %s, min_free_disk: 0B, max_size: 16MB }
                %s
                """
                        .formatted(port, folder.resolve("store"), more));
        return file.toString();
    }

    private static int closedPort() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void what_follows_a_failure_is_said_to_be_not_tried_and_the_rest_is_tried() throws IOException {
        Caddis doctor = Caddis.run("doctor", "-c", file(closedPort(), ""));
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out().lines().map(line -> line.substring(0, Math.min(20, line.length()))))
                .containsSubsequence(
                        "- server certificate",
                        "- own certificate   ",
                        "- tls               ",
                        "- connect           ",
                        "- subscribe         ",
                        "- publish           ",
                        "- round trip        ");
        assertThat(doctor.out())
                .contains("nothing listens on port", "-> check that the broker runs")
                .contains("journal             " + folder)
                .contains("data paths          it answers");
        assertThat(folder.resolve("store")).doesNotExist();
    }

    @Test
    void one_topic_is_called_a_topic() throws IOException {
        Path file = Path.of(file(closedPort(), ""));
        Files.writeString(file, Files.readString(file).replace("mqtt://", "mqtts://"));
        assertThat(Caddis.run("doctor", "-c", file.toString()).out())
                .contains("device pump-17, 1 topic, 0 subscriptions\n");
    }

    @Test
    void a_data_path_that_does_not_answer_now_is_a_warning_and_one_that_never_will_is_a_failure()
            throws IOException {
        String fields =
                """
                  pump-17/more:
                    now: /sensors/hwmon/nowhere/temp1
                    link: /network/nowhere0/in_bytes
                    disk: /storage/nowhere/free
                    ever: /system/lode
                    counter: /network/lo/bytes
                """;
        Path file = Path.of(file(closedPort(), ""));
        Files.writeString(
                file,
                Files.readString(file).replace("store:", fields.stripTrailing() + "\nstore:"));
        assertThat(Caddis.run("doctor", "-c", file.toString(), "--json").out().lines())
                .filteredOn(line -> line.contains("\"step\":\"data_paths\""))
                .extracting(line -> line.replaceAll(".*subject\":\"|\",\"text.*", ""))
                .containsExactlyInAnyOrder(
                        "/sensors/hwmon/nowhere/temp1\",\"result\":\"warning",
                        "/network/nowhere0/in_bytes\",\"result\":\"warning",
                        "/storage/nowhere/free\",\"result\":\"warning",
                        "/system/lode\",\"result\":\"failed",
                        "/network/lo/bytes\",\"result\":\"failed");
    }

    @Test
    void a_wrong_configuration_is_told_and_nothing_else_is_tried() throws IOException {
        Caddis doctor = Caddis.run("doctor", "-c", file(1, "sesion: {}"), "--json");
        assertThat(doctor.exitCode()).isEqualTo(2);
        assertThat(doctor.out())
                .contains("{\"step\":\"configuration\",\"subject\":\"" + folder)
                .contains("\"result\":\"failed\"", "sesion")
                .contains("{\"step\":\"dns\",\"subject\":null,\"result\":\"not_tried\"")
                .doesNotContain("\"ok\"");
    }

    @Test
    void the_agents_session_is_left_alone_under_a_client_id_of_the_doctors_own() // F44
            throws Exception {
        var hellos = new LinkedBlockingQueue<String>();
        try (var broker = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> hangUpOnEach(broker, hellos));
            Caddis doctor = Caddis.run("doctor", "-c", file(broker.getLocalPort(), ""));
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.out()).containsPattern("connect  .*the broker closed it");
        }
        assertThat(hellos)
                .hasSize(2) // MQTT 5, then 3.1.1
                .allSatisfy(hello -> {
                    assertThat(hello).containsPattern("pump-17-doctor-[0-9a-f]{6}");
                    assertThat(hello.charAt(CONNECT_FLAGS)).isEqualTo('\2'); // a clean start alone
                });
    }

    private static void hangUpOnEach(ServerSocket broker, Queue<String> hellos) {
        while (!broker.isClosed()) {
            try (Socket client = broker.accept()) {
                byte[] head = client.getInputStream().readNBytes(2);
                byte[] rest = client.getInputStream().readNBytes(head[1]);
                hellos.add(new String(rest, StandardCharsets.ISO_8859_1));
            } catch (IOException closed) {
                return;
            }
        }
    }
}
