package dev.caddis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caddis.mqtt.Message;
import dev.caddis.mqtt.MessageCounts;
import dev.caddis.mqtt.MqttClient;
import dev.caddis.mqtt.MqttClientBuilder.WhenFull;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.Receipt;
import dev.caddis.mqtt.SessionFolder;
import dev.caddis.mqtt.SessionFolder.Waiting;
import dev.caddis.mqtt.event.ClientEvent;
import dev.caddis.mqtt.event.DropCause;
import dev.caddis.mqtt.packet.Puback;
import dev.caddis.mqtt.packet.Publish;
import dev.caddis.mqtt.packet.Qos;
import dev.caddis.mqtt.packet.ReasonCode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/// A session folder as it is seen from outside, and what the next client finds in it.
@Timeout(60)
class SessionFolderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path temp;

    private MqttClient open(String broker, String clientId) {
        return MqttClient.builder().broker(broker).clientId(clientId).session(temp).open();
    }

    private void accept(int count) {
        try (MqttClient client = open("mqtt://127.0.0.1:1", "pump-17")) {
            for (int i = 1; i <= count; i++) {
                client.publish(Message.of("x", "" + i).qos(Qos.AT_LEAST_ONCE));
            }
            client.close(Duration.ZERO);
        }
    }

    @Test
    void a_client_waits_for_what_an_earlier_one_left_and_tells_it_from_the_first_moment_on() {
        accept(2);
        try (ScriptedBroker broker = ScriptedBroker.listen();
                MqttClient client = open(broker.url(), "pump-17")) {
            assertThat(client.status().outboxMessages()).isEqualTo(2);
            assertThat(client.awaitAcknowledged(Duration.ZERO)).isFalse();
            BrokerConnection c = broker.accept();
            c.welcome();
            acknowledge(c, 2);
            assertThat(client.awaitAcknowledged(PATIENCE)).isTrue();
            assertThat(client.counts().acknowledged()).isEqualTo(2);
            c.close();
            client.close(Duration.ZERO);
        }
    }

    @Test
    void what_was_lost_before_this_client_began_is_counted_and_told_and_the_file_named() // F29, F30
            throws IOException {
        accept(3);
        String damaged = damage("x");
        List<ClientEvent> events = new CopyOnWriteArrayList<>();
        try (ScriptedBroker broker = ScriptedBroker.listen();
                MqttClient client =
                        MqttClient.builder()
                                .broker(broker.url())
                                .clientId("pump-17")
                                .session(temp)
                                .onEvent(events::add)
                                .open()) {
            BrokerConnection c = broker.accept();
            c.welcome();
            acknowledge(c, 2);
            assertThat(client.awaitAcknowledged(PATIENCE)).isTrue();
            assertThat(client.counts()).isEqualTo(new MessageCounts(2, 2, 0, 1));
            client.close(Duration.ofSeconds(1));
        }
        assertThat(events).contains(new ClientEvent.Dropped(DropCause.DAMAGED, 1, 1));
        assertThat(events)
                .filteredOn(ClientEvent.JournalDamaged.class::isInstance)
                .singleElement()
                .extracting(event -> ((ClientEvent.JournalDamaged) event).file())
                .isEqualTo(damaged);
        assertThat(temp.resolve(damaged)).exists();
    }

    /// Flips a bit in the second message to `topic`.
    ///
    /// @return what its file is to be called then
    private String damage(String topic) throws IOException {
        Path file = temp.resolve(journals().getFirst());
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        int at = bytes.indexOf((char) 1 + topic, bytes.indexOf((char) 1 + topic) + 1);
        byte[] damaged = bytes.getBytes(StandardCharsets.ISO_8859_1);
        damaged[at + 1] ^= 1;
        Files.write(file, damaged);
        return file.getFileName() + ".damaged";
    }

    @Test
    void an_exchange_that_is_open_is_listed_before_what_waits() {
        accept(1);
        Events events = new Events();
        try (ScriptedBroker broker = ScriptedBroker.listen();
                MqttClient client =
                        MqttClient.builder()
                                .broker(broker.url())
                                .clientId("pump-17")
                                .session(temp)
                                .onEvent(events)
                                .open()) {
            BrokerConnection c = broker.accept();
            c.welcome();
            c.expect(Publish.class);
            broker.stopListening();
            c.close();
            events.next(ClientEvent.Disconnected.class);
            client.publish(Message.of("x", "2").qos(Qos.AT_LEAST_ONCE));
            List<Waiting> all = new ArrayList<>();
            SessionFolder.at(temp).read(all::add);
            assertThat(all).extracting(each -> each.message().text()).containsExactly("1", "2");
            assertThat(all).extracting(Waiting::isSent).containsExactly(true, false);
            client.close(Duration.ZERO);
        }
    }

    @Test
    void who_reads_beside_a_client_goes_on_where_files_are_deleted_under_it() {
        try (ScriptedBroker broker = ScriptedBroker.listen()) {
            broker.stopListening();
            try (MqttClient client =
                    MqttClient.builder()
                            .broker(broker.url())
                            .clientId("pump-17")
                            .session(temp)
                            .outbox(10_000, 1 << 20, WhenFull.BLOCK) // files of 64 KiB
                            .reconnect(Duration.ofMillis(1), Duration.ofMillis(10))
                            .open()) {
                submit(client, 1, 500).awaitAccepted(PATIENCE);
                List<String> files = journals();
                assertThat(files).hasSizeGreaterThan(5);
                List<Waiting> seen = new ArrayList<>();
                SessionFolder.at(temp)
                        .read(message -> {
                            if (seen.isEmpty()) { // it has the first file open
                                deliverAll(broker, client, files.get(2));
                            }
                            return seen.add(message);
                        });
                assertThat(journals()).doesNotContain(files.get(0), files.get(1), files.get(2));
                assertThat(seen).extracting(Waiting::sequence).isSorted().doesNotHaveDuplicates();
                assertThat(seen)
                        .hasSizeGreaterThan(50)
                        .allMatch(each -> each.message().text().startsWith(each.sequence() + " "));
                assertThat(SessionFolder.at(temp).summary()).isPresent();
                client.close(Duration.ZERO);
            }
        }
    }

    private static Receipt submit(MqttClient client, int first, int last) {
        String padding = " " + ".".repeat(1_000);
        Receipt receipt = null;
        for (int i = first; i <= last; i++) {
            receipt = client.submit(Message.of("x", i + padding).qos(Qos.AT_LEAST_ONCE));
            if (i % 20 == 0) { // else all of it goes into one file
                receipt.awaitAccepted(PATIENCE);
            }
        }
        return Objects.requireNonNull(receipt);
    }

    /// What waits, and so much more that `file` is deleted: when the next but one has begun.
    private void deliverAll(ScriptedBroker broker, MqttClient client, String file) {
        broker.listenAgain();
        BrokerConnection c = broker.accept();
        c.welcome();
        acknowledge(c, 500);
        for (int first = 501; journals().contains(file); first += 100) {
            assertThat(first).as("submitted, and %s is still there", file).isLessThan(5_000);
            submit(client, first, first + 99);
            acknowledge(c, 100);
            assertThat(client.awaitAcknowledged(PATIENCE)).isTrue();
        }
    }

    private static void acknowledge(BrokerConnection c, int count) {
        for (int i = 0; i < count; i++) {
            c.send(new Puback(c.expect(Publish.class).packetId(), ReasonCode.SUCCESS));
        }
    }

    private List<String> journals() {
        try (Stream<Path> files = Files.list(temp)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".journal"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_client_that_could_not_be_opened_gives_the_folder_back() {
        accept(1);
        assertThatThrownBy(() -> open("mqtt://127.0.0.1:1", "pump-18"))
                .isInstanceOf(OpenException.class)
                .hasMessageContaining("belongs to client id \"pump-17\"");
        accept(1);
        assertThat(SessionFolder.at(temp).summary())
                .hasValueSatisfying(summary -> {
                    assertThat(summary.clientId()).isEqualTo("pump-17");
                    assertThat(summary.outboxMessages()).isEqualTo(2);
                    assertThat(summary.oldest()).isNotNull();
                });
    }

    @Test
    void a_purged_folder_keeps_its_session_and_gives_no_sequence_twice() {
        accept(3);
        assertThat(SessionFolder.at(temp).purge()).isEqualTo(3);
        try (MqttClient client = open("mqtt://127.0.0.1:1", "pump-17")) {
            assertThat(client.publish(Message.of("x", "4").qos(Qos.AT_LEAST_ONCE)).sequence())
                    .isGreaterThan(3);
            client.close(Duration.ZERO);
        }
    }

    @Test
    void where_no_session_is_there_is_nothing_to_tell() {
        SessionFolder none = SessionFolder.at(temp.resolve("none"));
        assertThat(none.clientId()).isEmpty();
        assertThat(none.summary()).isEmpty();
        assertThat(none.purge()).isZero();
        none.read(each -> {
            throw new AssertionError(each.toString());
        });
        assertThat(temp.resolve("none")).doesNotExist();
    }
}
