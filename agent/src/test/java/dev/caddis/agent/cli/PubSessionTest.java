package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.ReasonCode;
import dev.caddis.testkit.BrokerConnection;
import dev.caddis.testkit.ScriptedBroker;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// `pub` with a session folder.
@Timeout(60)
class PubSessionTest {

    @TempDir private Path temp = Path.of("unset");
    private Path folder = Path.of("unset");

    @BeforeEach
    void nameFolder() {
        folder = temp.resolve("session");
    }

    @Test
    void without_a_broker_it_accepts_each_line_in_order_and_says_where_they_are_kept() {
        Caddis pub = offline(1_000);
        assertThat(pub.out().lines()).containsExactlyElementsOf(accepted(1_000));
        assertThat(pub.exitCode()).isEqualTo(1);
        assertThat(pub.err().lines())
                .contains(
                        "caddis: published 1000, acknowledged 0, dropped 0, not acknowledged 1000",
                        "caddis: no connection within 100ms; gave up",
                        "caddis: 1000 messages are kept in "
                                + folder
                                + "; the next run sends them");
    }

    @Test
    void what_an_earlier_run_left_goes_first_and_under_the_same_client_id() throws Exception {
        offline(2);
        String id = SessionFolder.at(folder).clientId().orElseThrow();
        try (ScriptedBroker broker = ScriptedBroker.listen()) {
            CompletableFuture<Caddis> pub =
                    CompletableFuture.supplyAsync(() ->
                            lines("new\n", "pub", "--broker", broker.url(), "--mqtt", "5", "-l"));
            BrokerConnection c = broker.accept();
            assertThat(c.welcome().clientId()).isEqualTo(id);
            assertThat(acknowledge(c, 3)).containsExactly("1", "2", "new");
            Caddis ended = pub.get(30, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).isZero();
            assertThat(ended.out().lines()).containsExactly("accepted 1");
            assertThat(ended.err().lines())
                    .contains(
                            "caddis: 2 messages are kept in " + folder + " from before; sent first",
                            "caddis: left from before 2, published 1, acknowledged 3, dropped 0");
        }
    }

    @Test
    void drain_sends_what_is_left_and_ends_when_all_of_it_is_acknowledged() throws Exception {
        offline(3);
        try (ScriptedBroker broker = ScriptedBroker.listen()) {
            CompletableFuture<Caddis> drain = drain(broker, "30s");
            BrokerConnection c = broker.accept();
            c.welcome();
            assertThat(acknowledge(c, 3)).containsExactly("1", "2", "3");
            Caddis ended = drain.get(30, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).isZero();
            assertThat(ended.out())
                    .isEqualTo(
                            "{\"left_before\":3,\"published\":0,\"acknowledged\":3,"
                                    + "\"possibly_repeated\":0,\"refused\":0,\"dropped\":0,"
                                    + "\"not_acknowledged\":0}\n");
        }
    }

    @Test
    void drain_fails_where_the_broker_stops_answering_and_the_rest_is_kept() throws Exception {
        offline(3);
        try (ScriptedBroker broker = ScriptedBroker.listen()) {
            CompletableFuture<Caddis> drain = drain(broker, "3s");
            BrokerConnection c = broker.accept();
            c.welcome();
            acknowledge(c, 1);
            c.expect(Publish.class);
            c.expect(Publish.class);
            Caddis ended = drain.get(30, TimeUnit.SECONDS);
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err())
                    .contains(
                            "caddis: nothing was acknowledged for 3s; 2 messages are kept in "
                                    + folder
                                    + ", send them with: caddis pub --drain --session "
                                    + folder);
        }
        assertThat(offline(0).err()).contains("2 messages are kept in " + folder + " from before");
    }

    @Test
    void a_folder_that_belongs_to_another_client_id_is_refused() {
        offline(1);
        Caddis other =
                lines("x\n", "pub", "--broker", "mqtt://localhost:1", "-l", "-i", "somebody-else");
        assertThat(other.exitCode()).isEqualTo(1);
        assertThat(other.err()).contains("belongs to client id").contains("caddis session reset");
    }

    private Caddis offline(int count) {
        String input =
                LongStream.rangeClosed(1, count)
                        .mapToObj(n -> n + "\n")
                        .collect(Collectors.joining());
        return lines(input, "pub", "--broker", "mqtt://localhost:1", "--timeout", "100ms", "-l");
    }

    private Caddis lines(String input, String... args) {
        byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
        CommandLine line = Main.commandLine(args);
        line.getCommandSpec().removeSubcommand("pub");
        line.addSubcommand(new PubCommand(new ByteArrayInputStream(bytes)));
        Converters.register(line);
        List<String> all = new ArrayList<>(List.of(args));
        all.addAll(List.of("-t", "x", "-q", "1", "--session", folder.toString()));
        return Caddis.run(line, all.toArray(String[]::new));
    }

    private CompletableFuture<Caddis> drain(ScriptedBroker broker, String timeout) {
        return CompletableFuture.supplyAsync(() ->
                Caddis.run(
                        "pub",
                        "--drain",
                        "--session",
                        folder.toString(),
                        "--broker",
                        broker.url(),
                        "--mqtt",
                        "5",
                        "--timeout",
                        timeout,
                        "--json"));
    }

    private static List<String> acknowledge(BrokerConnection c, int count) {
        List<String> payloads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Publish next = c.expect(Publish.class);
            payloads.add(next.payload().asUtf8());
            c.send(new Puback(next.packetId(), ReasonCode.SUCCESS));
        }
        return payloads;
    }

    private static List<String> accepted(int count) {
        return LongStream.rangeClosed(1, count).mapToObj(n -> "accepted " + n).toList();
    }
}
