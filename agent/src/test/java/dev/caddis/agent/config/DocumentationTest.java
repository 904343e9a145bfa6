package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caddis.agent.telemetry.TopicSettings;
import dev.caddis.mqtt.packet.Qos;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The manual's configurations load, and the manual knows every key.
class DocumentationTest {

    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");
    private static final Path DOCS = Path.of("..", "docs");

    private static ConfigFolder folder;

    @BeforeAll
    static void create(@TempDir Path temp) throws Exception {
        folder = ConfigFolder.in(temp.toRealPath());
    }

    @Test
    void the_router_apps_settings_load_as_the_manual_writes_them() throws IOException {
        List<String> blocks = yaml(DOCS.resolve("from-router-app.md"));
        assertThat(blocks).hasSize(1);
        ConfigResult.Valid valid = folder.valid(blocks.getFirst());
        assertThat(valid.warnings())
                .extracting(Problem::what)
                .containsExactly(
                        "warning: nothing is called 'gps'", "warning: nothing is called 'router'");
        AgentSettings settings = valid.settings();
        assertThat(settings.broker().url()).isEqualTo("mqtts://broker.example.com:8884");
        assertThat(settings.session().clientId()).isEqualTo(settings.deviceId());
        assertThat(settings.availability())
                .isEqualTo(
                        new Availability(
                                true,
                                "/will/oops",
                                "",
                                "pump-17 has vanished!",
                                Qos.EXACTLY_ONCE,
                                false));
        assertThat(settings.topics())
                .extracting(TopicSettings::topic)
                .containsExactly("gps", "status");
        for (TopicSettings topic : settings.topics()) {
            assertThat(topic.every()).hasSeconds(10);
            assertThat(topic.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
            assertThat(topic.retain()).isFalse();
            assertThat(topic.timestampField()).isNull();
            assertThat(topic.fields()).hasSize(9);
        }
        assertThat(settings.subscriptions())
                .extracting(SubscriptionSettings::filter)
                .containsExactly("gps", "status");
    }

    @Test
    void the_references_examples_load() throws IOException {
        for (String page :
                List.of("reference/config.md", "reference/readings.md", "reference/status.md")) {
            assertThat(yaml(DOCS.resolve(page)))
                    .as(page)
                    .isNotEmpty()
                    .allSatisfy(block -> assertThat(folder.problems(block)).isEmpty());
        }
    }

    @Test
    void the_reference_names_every_key() throws IOException {
        String reference = Files.readString(DOCS.resolve("reference/config.md"));
        for (Keys keys : Keys.ALL) {
            for (String key : keys.known()) {
                assertThat(reference).contains("`" + key + "`");
            }
            for (String key : keys.later().keySet()) {
                assertThat(reference).contains("`" + key + "`");
            }
        }
    }

    private static List<String> yaml(Path document) throws IOException {
        return YAML.matcher(Files.readString(document))
                .results()
                .map((MatchResult block) -> block.group(1))
                .toList();
    }
}
