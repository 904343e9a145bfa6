package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.Changes.Part;
import dev.caddis.agent.config.AgentConfig;
import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.ConfigResult;
import dev.caddis.agent.config.Environment;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class ChangesTest {

    private static final String NOW =
            """
            device: { id: pump-17 }
            brokers: [{ url: "mqtt://127.0.0.1:1", username: u, password: "${file:secret}" }]
            store: { path: session }
            topics: { data: { a: /system/uptime, b: /device/id } }
            """;

    @TempDir private Path folder;

    @Test
    void a_file_that_is_only_written_otherwise_changes_nothing() throws IOException {
        Changes changes = changes(NOW, "# with a comment\n" + NOW.replace("u,", "\"u\","));
        assertThat(changes.parts()).isEmpty();
        assertThat(changes.refused()).isEmpty();
        assertThat(changes.sentence()).isEqualTo("nothing that the agent does has changed");
    }

    @Test
    void a_password_in_the_same_file_is_no_change_and_one_in_another_is() throws IOException {
        assertThat(changes(NOW, NOW).connection()).isFalse();
        Changes changes = changes(NOW, NOW.replace("file:secret", "file:other"));
        assertThat(changes.parts()).containsExactly(Part.BROKERS);
        assertThat(changes.connection()).isTrue();
    }

    @Test
    void every_broker_of_a_group_counts() throws IOException {
        String two = NOW.replace("\" }]", "\" }, { url: \"mqtt://127.0.0.1:2\" }]");
        assertThat(changes(two, two).parts()).isEmpty();
        for (String other : List.of(NOW, two.replace(":2", ":3"))) {
            assertThat(changes(two, other).parts()).containsExactly(Part.BROKERS);
            assertThat(changes(other, two).parts()).containsExactly(Part.BROKERS);
        }
    }

    @Test
    void what_is_told_names_the_sections_and_what_becomes_of_the_connection() throws IOException {
        assertThat(
                        changes(
                                        NOW,
                                        NOW.replace("data:", "more:")
                                                + "log: { level: warn }\n"
                                                + "status: { listen: \"127.0.0.1:9464\" }\n")
                                .sentence())
                .isEqualTo("topics, status, log changed; the connection goes on");
        assertThat(changes(NOW, NOW + "session: { keep_alive: 5s }\n").sentence())
                .isEqualTo("session changed; connecting again");
    }

    @Test
    void the_order_of_the_fields_of_a_topic_matters_as_it_does_in_the_payload() throws IOException {
        Changes changes =
                changes(
                        NOW,
                        NOW.replace(
                                "a: /system/uptime, b: /device/id",
                                "b: /device/id, a: /system/uptime"));
        assertThat(changes.parts()).containsExactly(Part.TOPICS);
    }

    @Test
    void another_name_and_another_folder_are_refused_each_with_a_sentence() throws IOException {
        assertThat(changes(NOW, NOW.replace("pump-17", "pump-18")).refused())
                .containsExactly(
                        "device.id cannot change from pump-17 to pump-18 while the agent runs;"
                                + " start it again",
                        "session.client_id cannot change from pump-17 to pump-18 while the agent"
                                + " runs; start it again");
        assertThat(changes(NOW, NOW.replace("path: session", "path: elsewhere")).refused())
                .singleElement()
                .asString()
                .startsWith("store.path cannot change from " + folder.resolve("session"));
    }

    @Test
    void without_a_folder_another_connection_is_refused_and_the_rest_is_not() throws IOException {
        String memory = NOW.replace("path: session", "durability: memory");
        assertThat(changes(memory, memory.replace("data:", "more:")).refused()).isEmpty();
        assertThat(changes(memory, memory.replace("username: u", "username: v")).refused())
                .containsExactly(
                        "brokers cannot change while the agent runs with store.durability: memory,"
                                + " since what waits would be lost; start it again");
    }

    private Changes changes(String now, String next) throws IOException {
        return Changes.between(settings(now), settings(next));
    }

    private AgentSettings settings(String yaml) throws IOException {
        Files.writeString(folder.resolve("secret"), "s");
        Files.writeString(folder.resolve("other"), "s");
        Path file = Files.writeString(folder.resolve("caddis.yaml"), yaml);
        ConfigResult result = AgentConfig.load(file, Environment.ofThisMachine());
        assertThat(result).isInstanceOf(ConfigResult.Valid.class);
        return ((ConfigResult.Valid) result).settings();
    }
}
