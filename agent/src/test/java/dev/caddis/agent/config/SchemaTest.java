package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// caddis.schema.json says to an editor what `agent.config` says to the agent.
class SchemaTest {

    private static final Path FILE =
            Path.of("src/main/resources/dev/caddis/agent/config/caddis.schema.json");
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");
    private static final JsonMapper JSON = new JsonMapper();

    private final JsonNode tree = JSON.readTree(FILE);
    private final Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(tree);

    @Test
    void it_has_the_keys_of_every_section_and_no_others() {
        Map<Keys, String> places =
                Map.ofEntries(
                        Map.entry(Keys.ROOT, ""),
                        Map.entry(Keys.DEVICE, "/properties/device"),
                        Map.entry(Keys.BROKER, "/properties/brokers/items"),
                        Map.entry(Keys.PROXY, "/properties/brokers/items/properties/proxy"),
                        Map.entry(Keys.TLS, "/properties/tls"),
                        Map.entry(Keys.RENEW, "/properties/tls/properties/renew"),
                        Map.entry(Keys.SESSION, "/properties/session"),
                        Map.entry(Keys.RECONNECT, "/properties/session/properties/reconnect"),
                        Map.entry(Keys.AVAILABILITY, "/properties/availability"),
                        Map.entry(Keys.DEFAULTS, "/properties/defaults"),
                        Map.entry(Keys.TOPIC, "/properties/topics/additionalProperties/anyOf/0"),
                        Map.entry(Keys.SUBSCRIPTION, "/properties/subscriptions/items"),
                        Map.entry(Keys.STORE, "/properties/store"),
                        Map.entry(Keys.STATUS, "/properties/status"),
                        Map.entry(Keys.LOG, "/properties/log"));
        assertThat(places.keySet()).containsExactlyInAnyOrderElementsOf(Keys.ALL);
        places.forEach((keys, place) -> {
            JsonNode section = tree.at(place);
            assertThat(section.path("properties").propertyNames())
                    .as("section %s", keys.section())
                    .containsExactlyInAnyOrderElementsOf(keys.known());
            assertThat(section.path("additionalProperties").asBoolean(true)).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../docs/reference/config.md",
                "../docs/reference/readings.md",
                "../docs/reference/status.md",
                "../docs/from-router-app.md",
                "../docs/start.md",
                "../README.md"
            })
    void the_manuals_configurations_are_right_by_it(String page) throws IOException {
        List<String> examples = new ArrayList<>();
        for (MatchResult block : YAML.matcher(Files.readString(Path.of(page))).results().toList()) {
            if (block.group(1).startsWith("device:")) {
                examples.add(block.group(1));
            }
        }
        assertThat(examples).isNotEmpty().allSatisfy(each -> assertThat(errors(each)).isEmpty());
    }

    @Test
    void the_packages_example_is_right_by_it() throws IOException {
        assertThat(errors(Files.readString(Path.of("../packaging/caddis.yaml")))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tsl: { ca: ca.pem }",
                "defaults: { every: 5 }",
                "defaults: { every: 5 s }",
                "defaults: { qos: 3 }",
                "store: { when_full: drop }",
                "store: { max_size: 256 }",
                "subscriptions: [{ topic: a, handler: run }]",
                "status: {}",
                "topics: { a: { readings: { load: /system/cpu/load }, evry: 5s } }",
                "topics: { a: { load: '/system/cpu load' } }",
                "brokers: [{ url: 'http://b' }]",
            })
    void what_is_wrong_is_wrong_by_it(String wrong) {
        String right =
                "device: { id: p }\nbrokers: [{ url: mqtts://b }]\ntopics: { t: { l: /l } }\n";
        assertThat(errors(right)).isEmpty();
        String section = wrong.substring(0, wrong.indexOf(':') + 1);
        String others =
                right.lines()
                        .filter(line -> !line.startsWith(section))
                        .reduce("", (all, line) -> all + line + "\n");
        assertThat(errors(others + wrong)).isNotEmpty();
    }

    private List<String> errors(String yaml) {
        Object read = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return schema.validate(JSON.writeValueAsString(read), InputFormat.JSON).stream()
                .map(Error::toString)
                .toList();
    }
}
