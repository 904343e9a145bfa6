package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// `outbox` and `session`.
@Timeout(60)
class OutboxCommandTest {

    @TempDir private Path temp;
    private Path folder = Path.of("unset");

    @BeforeEach
    void accept() {
        folder = temp.resolve("session");
        try (MqttClient client = open("pump-17")) {
            client.submit(Message.of("a/b", "one").qos(Qos.AT_LEAST_ONCE));
            client.submit(Message.of("c", new byte[] {(byte) 0xFF}).qos(Qos.EXACTLY_ONCE));
            client.submit(Message.of("a/b", "three").qos(Qos.AT_LEAST_ONCE).retained());
            client.close(Duration.ZERO);
        }
    }

    private MqttClient open(String clientId) {
        return MqttClient.builder()
                .broker("mqtt://127.0.0.1:1")
                .clientId(clientId)
                .session(folder)
                .open();
    }

    @Test
    void ls_has_a_line_for_each_message_in_order() {
        List<String> lines = run("outbox", "ls").out().lines().toList();
        assertThat(lines).hasSize(3);
        assertThat(lines.get(1))
                .matches("2 +20[0-9-]+T[0-9:.]+Z \\([0-9]+s\\) +QoS 2 +1 bytes {2}c");
        assertThat(run("outbox", "ls", "--count", "1").out().lines()).hasSize(1);
        assertThat(run("outbox", "ls", "--json").out().lines().toList().getLast())
                .startsWith("{\"sequence\":3,\"state\":\"waiting\",\"accepted_at\":\"20")
                .endsWith(",\"qos\":1,\"bytes\":5,\"topic\":\"a/b\"}");
    }

    @Test
    void stat_tells_what_waits() {
        assertThat(run("outbox", "stat").out())
                .contains(
                        "client id  pump-17",
                        "waiting    3 messages",
                        "cursor     sequence 1",
                        " 1 journal file; ");
        assertThat(run("outbox", "stat", "--json").out())
                .contains(
                        "\"client_id\":\"pump-17\",\"waiting_messages\":3",
                        "\"sent_messages\":0,\"journal_files\":1,\"damaged_files\":[]");
    }

    @Test
    void stat_names_damaged_files_of_the_journal_alone_and_steers_no_terminal() throws IOException {
        Path named = Files.createDirectory(temp.resolve("a\u001b[2J"));
        for (String name :
                List.of("\u001b[2J.damaged", "mine.damaged", "00000000000000ff.journal.damaged")) {
            Files.write(folder.resolve(name), new byte[] {1});
        }
        assertThat(run("outbox", "stat", "--json").out())
                .contains("\"damaged_files\":[\"00000000000000ff.journal.damaged\"]");
        folder = Files.move(folder, named.resolve("session"));
        assertThat(run("outbox", "stat").out())
                .contains("/a\\u001b[2J/session", "damaged    00000000000000ff.journal.damaged")
                .doesNotContain("mine", "\u001b");
    }

    @Test
    void export_has_everything_and_overwrites_nothing() throws IOException {
        Path file = temp.resolve("out.jsonl");
        assertThat(run("outbox", "export", file.toString()).exitCode()).isZero();
        assertThat(Files.getPosixFilePermissions(file)) // payloads are for nobody else
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0)).contains("\"payload_base64\":\"b25l\",\"text\":\"one\"");
        assertThat(lines.get(1)).contains("\"payload_base64\":\"/w==\",\"properties\":{}");
        assertThat(lines.get(2)).contains("\"retain\":true");
        assertThat(run("outbox", "export").out().lines()).containsExactlyElementsOf(lines);
        Caddis again = run("outbox", "export", file.toString());
        assertThat(again.exitCode()).isEqualTo(2);
        assertThat(again.err()).contains("is there already; name a new file");
    }

    @Test
    void looking_changes_nothing_be_it_damaged_or_in_use() throws IOException { // F30
        Path journal = journal();
        byte[] bytes = Files.readAllBytes(journal);
        bytes[indexOf(bytes, "one") + 1] ^= 1;
        Files.write(journal, bytes);
        Map<String, Integer> before = contents();
        assertThat(run("outbox", "ls").out().lines()).hasSize(2);
        assertThat(run("outbox", "stat").exitCode()).isZero();
        assertThat(run("outbox", "export").out().lines()).hasSize(2);
        assertThat(contents()).isEqualTo(before);
        try (MqttClient client = open("pump-17")) {
            assertThat(run("outbox", "ls").out().lines()).hasSize(2);
            client.close(Duration.ZERO);
        }
    }

    @Test
    void purge_drops_what_waits_and_is_refused_where_another_client_has_it() {
        try (MqttClient client = open("pump-17")) {
            Caddis busy = run("outbox", "purge");
            assertThat(busy.exitCode()).isEqualTo(1);
            assertThat(busy.err()).contains("is in use by another client");
            client.close(Duration.ZERO);
        }
        assertThat(run("outbox", "purge").out()).isEqualTo("dropped 3 messages\n");
        assertThat(run("outbox", "purge", "--json").out()).isEqualTo("{\"purged\":0}\n");
        assertThat(run("outbox", "ls").out()).isEmpty();
        try (MqttClient client = open("pump-17")) {
            assertThat(client.status().outboxMessages()).isZero();
            client.close(Duration.ZERO);
        }
    }

    @Test
    void reset_says_what_would_be_lost_then_gives_the_folder_to_another_id() throws IOException {
        Caddis refused = run("session", "reset");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains(folder.toString(), "3 messages", "write --yes");
        Caddis reset = run("session", "reset", "--yes");
        assertThat(reset.out()).startsWith("moved the session to " + folder).contains("3 messages");
        try (MqttClient other = open("pump-18")) {
            assertThat(other.status().outboxMessages()).isZero();
            other.close(Duration.ZERO);
        }
        assertThat(run("session", "reset", "--delete").out())
                .isEqualTo("deleted the session in " + folder + "\n");
        Path aside;
        try (Stream<Path> all = Files.list(folder)) {
            aside = all.filter(Files::isDirectory).findFirst().orElseThrow();
        }
        folder = aside; // is a session folder itself
        assertThat(run("outbox", "ls").out().lines()).hasSize(3);
    }

    @Test
    void a_reset_that_was_broken_off_is_finished_by_the_next() throws IOException {
        fillSegments(40);
        long all = SessionFolder.at(folder).summary().orElseThrow().outboxMessages();
        Path part = breakOffReset();
        assertThat(journalFiles(part)).isPositive();
        assertThat(journalFiles(folder)).isPositive();
        folder = Path.of(resetFolder());
        assertThat(part).doesNotExist();
        assertThat(run("outbox", "ls").out().lines()).hasSize((int) all);
    }

    @Test
    void a_reset_that_was_broken_off_leaves_the_state_to_a_later_start() throws IOException {
        fillSegments(40);
        Path part = breakOffReset();
        var doubts = new ArrayList<ClientEvent>();
        try (MqttClient client =
                MqttClient.builder()
                        .broker("mqtt://127.0.0.1:1")
                        .clientId("pump-17")
                        .session(folder)
                        .onEvent(event -> {
                            if (event instanceof ClientEvent.JournalDamaged damaged
                                    && !damaged.what().equals("the file is gone")) {
                                doubts.add(event);
                            }
                        })
                        .open()) {
            client.close(Duration.ZERO);
        }
        assertThat(doubts).isEmpty();
        assertThat(resetFolder()).isNotEqualTo(part.toString());
        assertThat(part).exists(); // another history: it is not mixed with the later one
    }

    /// Makes the journal take more than one file.
    private void fillSegments(int messages) {
        try (MqttClient client =
                MqttClient.builder()
                        .broker("mqtt://127.0.0.1:1")
                        .clientId("pump-17")
                        .session(folder)
                        .minFreeDisk(0)
                        .outbox(10_000, 1_000_000, MqttClientBuilder.WhenFull.REJECT)
                        .open()) {
            for (int i = 0; i < messages; i++) {
                client.publish(Message.of("x", "x".repeat(10_000)).qos(Qos.AT_LEAST_ONCE));
            }
            client.close(Duration.ZERO);
        }
        assertThat(run("outbox", "stat").out()).doesNotContain(" 1 journal file;");
    }

    /// @return where it has moved some files
    private Path breakOffReset() throws IOException {
        String newest = journalNames(folder).getLast();
        Path part = folder.resolve("reset-part-" + newest.substring(0, 16));
        Path inTheWay = part.resolve(journalNames(folder).get(2)).resolve("x");
        Files.createDirectories(inTheWay);
        assertThat(run("session", "reset", "--yes").exitCode()).isEqualTo(1);
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());
        assertThat(journalNames(folder)).contains(newest); // it has the state
        assertThat(folder.resolve("newest")).exists();
        return part;
    }

    private String resetFolder() {
        Caddis reset = run("session", "reset", "--yes");
        assertThat(reset.exitCode()).as(reset.err()).isZero();
        return reset.out()
                .substring("moved the session to ".length())
                .replaceFirst("(, with .*)?\\n$", "");
    }

    private static int journalFiles(Path in) throws IOException {
        return journalNames(in).size();
    }

    private static List<String> journalNames(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".journal"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void a_session_in_use_is_not_reset() { // F31
        try (MqttClient client = open("pump-17")) {
            for (String[] line : new String[][] {{}, {"--yes"}, {"--delete", "--yes"}}) {
                Caddis busy =
                        run(
                                Stream.concat(Stream.of("session", "reset"), Stream.of(line))
                                        .toArray(String[]::new));
                assertThat(busy.exitCode()).isEqualTo(1);
                assertThat(busy.err())
                        .contains("is in use by another client; end that one first")
                        .doesNotContain("--drain", "--yes");
            }
            client.close(Duration.ZERO);
        }
        assertThat(run("outbox", "ls").out().lines()).hasSize(3);
    }

    private Caddis run(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(List.of("--session", folder.toString()));
        return Caddis.run(all.toArray(String[]::new));
    }

    private Path journal() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        for (int i = 0; i < bytes.length; i++) {
            if (Arrays.equals(
                    bytes,
                    i,
                    Math.min(bytes.length, i + text.length()),
                    text.getBytes(StandardCharsets.UTF_8),
                    0,
                    text.length())) {
                return i;
            }
        }
        throw new AssertionError(text + " is not there");
    }

    private Map<String, Integer> contents() throws IOException {
        Map<String, Integer> contents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.forEach(file -> {
                try {
                    contents.put(
                            file.getFileName().toString(),
                            Arrays.hashCode(Files.readAllBytes(file)));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return contents;
    }
}
