package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.Agent;
import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

@Timeout(120)
class StatusCommandTest {

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("caddis.yaml");
    }

    @Test
    void without_a_running_agent_it_says_so_and_fails() throws IOException {
        write("store: { path: session }\n");
        Caddis status = Caddis.run("status", "-c", file.toString());
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.out()).isEmpty();
        assertThat(status.err())
                .isEqualTo(
                        "caddis: no agent runs with "
                                + file
                                + " and has session folder "
                                + folder.resolve("session")
                                + ", or it runs as another user; ask as that one: sudo -u USER"
                                + " caddis status -c "
                                + file
                                + "\n");
    }

    @Test
    void an_agent_that_cannot_be_asked_is_told_apart() throws IOException {
        write("store: { durability: memory }\n");
        Caddis status = Caddis.run("status", "-c", file.toString());
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(status.err()).contains("cannot be asked").contains("status.listen");
    }

    @Test
    void a_running_agent_tells_how_it_is() throws Exception { // F45
        write("store: { path: session }\n");
        try (Agent agent = start()) {
            Caddis status = Caddis.run("status", "-c", file.toString());
            assertThat(status.err()).isEmpty();
            assertThat(status.exitCode()).isZero();
            assertThat(status.out().lines().map(String::strip))
                    .anyMatch(line ->
                            line.matches("pump-17, client id pump-17, caddis \\d+\\.\\d+.*"))
                    .anyMatch(line -> line.startsWith("connection   none"))
                    .anyMatch(line -> line.equals("certificate  none in tls.cert"))
                    .anyMatch(line -> line.startsWith("outbox"))
                    .anyMatch(line -> line.startsWith("topic        pump-17/data"))
                    .anyMatch(line -> line.equals("id: pump-17"))
                    .anyMatch(line -> line.equals("nothing: failed"))
                    .contains("subscription pump-17/cmd: not asked for yet, received 0");
            String json = Caddis.run("status", "-c", file.toString(), "--json").out();
            assertThat(json.lines()).hasSize(1);
            assertThat(JsonTree.of(json).at("device").text()).isEqualTo("pump-17");
            Caddis reset = Caddis.run("session", "reset", "-c", file.toString());
            assertThat(reset.exitCode()).isEqualTo(1);
            assertThat(reset.err())
                    .isEqualTo(
                            "caddis: an agent runs with "
                                    + folder.resolve("session")
                                    + "; stop it first\n");
            agent.close(Duration.ZERO);
        }
    }

    @Test
    void an_agent_without_a_folder_is_asked_over_http() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        write("store: { durability: memory }\nstatus: { listen: \"127.0.0.1:" + port + "\" }\n");
        assertThat(Caddis.run("status", "-c", file.toString()).exitCode()).isEqualTo(1);
        try (Agent agent = start()) {
            Caddis status = Caddis.run("status", "-c", file.toString());
            assertThat(status.exitCode()).isZero();
            assertThat(status.out()).startsWith("pump-17, client id pump-17");
            agent.close(Duration.ZERO);
        }
    }

    /// An agent that has told what it published.
    private Agent start() throws InterruptedException {
        Agent agent =
                Agent.start(
                        ((ConfigResult.Valid) AgentConfig.load(file, Environment.ofThisMachine()))
                                .settings());
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!Caddis.run("status", "-c", file.toString()).out().contains("nothing: failed")
                && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        return agent;
    }

    private void write(String more) throws IOException {
        Files.writeString(
                file,
                """
                device: { id: pump-17 }
                brokers: [{ url: "mqtt://127.0.0.1:1" }]
                topics: { pump-17/data: { id: /device/id, nothing: /device/nothing } }
                subscriptions: [{ topic: pump-17/cmd, handler: log }]
                """
                        + more);
    }
}
