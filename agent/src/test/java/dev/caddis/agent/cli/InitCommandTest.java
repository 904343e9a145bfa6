package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class InitCommandTest {

    private static final String ROUTER =
            """
            # Settings of the app
            import os
            MQTT_SERVER = 'broker.plant.example'   # the broker
            MQTT_PORT = 8884
            MQTT_CA_CERT = "ca"
            PUBLISH_INTERVAL = 2.5
            topics = {
                'gps': {"latitude": 'gps/latitude'},  # no leading slash
                "status": {
                    'system_id': '/config/system/system_id',
                    'temperature': '/status/system/temperature',
                    'odd "name"': '/system/cpu/load',
                },
            }
            print(topics)
            """;

    @TempDir private Path folder;

    @BeforeEach
    void makeCertificates() {
        assertThat(Caddis.run("pki", "init", file("pki").toString()).exitCode()).isZero();
        var pki = file("pki").toString();
        assertThat(Caddis.run("pki", "issue", "device", "pump-17", "--pki", pki).exitCode())
                .isZero();
    }

    @Test
    void what_it_writes_from_options_passes_check() throws IOException {
        Caddis init = init("--broker", "mqtts://broker.example.com", certificates());
        assertThat(init.err()).isEmpty();
        assertThat(init.exitCode()).isZero();
        assertThat(init.out()).startsWith("wrote " + file("caddis.yaml"));
        assertThat(Files.readString(file("caddis.yaml")))
                .contains("ca: \"pki/ca.pem\"", "id: \"${cert:cn}\"", "every: 10s");
        assertThat(check().exitCode()).isZero();
        assertThat(check().out()).contains("pump-17/data");
    }

    @Test
    void without_certificates_the_device_is_this_machine() throws IOException {
        init("--broker", "wss://broker.example.com", "--device", "pump-18", "--every", "500ms");
        assertThat(Files.readString(file("caddis.yaml"))).contains("id: \"pump-18\"", "500ms");
        assertThat(check().exitCode()).isZero();
    }

    @Test
    void a_file_that_is_there_is_replaced_only_when_that_is_asked_for() throws IOException {
        Files.writeString(file("caddis.yaml"), "mine");
        Caddis refused = init("--broker", "mqtts://broker.example.com", certificates());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("is there already; --force replaces it");
        assertThat(Files.readString(file("caddis.yaml"))).isEqualTo("mine");

        assertThat(init("--force", "--broker", "mqtts://broker.example.com", certificates()).out())
                .startsWith("wrote");
        assertThat(check().exitCode()).isZero();
    }

    @Test
    void nothing_is_written_that_check_would_refuse() throws IOException {
        Caddis refused =
                init(
                        "--broker",
                        "http://broker.example.com",
                        "--device",
                        "pump-17",
                        "--every",
                        "5");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains(
                        file("caddis.yaml") + ":8: brokers[0].url:",
                        "defaults.every: \"5\" has no unit",
                        "nothing is written");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file("pki"));
        }
    }

    @Test
    void without_a_broker_and_without_a_terminal_it_says_what_to_write() {
        Caddis refused = init();
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("write --broker mqtts://HOST:PORT");
    }

    @Test
    void the_router_apps_settings_become_a_configuration_that_passes_check() throws IOException {
        Files.writeString(file("settings.py"), ROUTER);
        Caddis init = init("--from", file("settings.py").toString(), certificates());
        assertThat(init.err()).isEmpty();
        assertThat(Files.readString(file("caddis.yaml")))
                .contains(
                        "url: \"mqtts://broker.plant.example:8884\"",
                        "every: 2500ms",
                        "timestamp: none",
                        "\"latitude\": \"/gps/latitude\"   # of the router; null here",
                        "\"system_id\": \"/device/id\"\n",
                        "\"temperature\": \"/sensors/temperature\"\n",
                        "\"odd \\\"name\\\"\": \"/system/cpu/load\"\n",
                        "- { topic: \"status\", qos: 1, handler: log }",
                        "topic: /will/oops");
        assertThat(check().exitCode()).isZero();
    }

    @Test
    void settings_that_would_have_to_be_run_are_refused_with_their_line() throws IOException {
        Path marker = file("was-run");
        Files.writeString(
                file("settings.py"),
                "import os\nMQTT_SERVER = os.system('touch "
                        + marker
                        + "')\ntopics = {'a': {'b': 'c'}}\n");
        Caddis refused = init("--from", file("settings.py").toString(), certificates());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains(file("settings.py") + ":2: MQTT_SERVER is nothing that can be read");
        assertThat(marker).doesNotExist();
        assertThat(file("caddis.yaml")).doesNotExist();
    }

    @Test
    void a_setting_that_is_missing_is_named() throws IOException {
        Files.writeString(file("settings.py"), "MQTT_SERVER = 'b'\n");
        assertThat(init("--from", file("settings.py").toString()).err())
                .contains("sets no topics; write topics = ");
    }

    @Test
    void who_is_asked_may_answer_with_nothing_but_the_broker() {
        var said = new StringWriter();
        NewConfig config =
                new InitCommand().config(interview("", "broker.example.com", "", "", "", "", said));
        assertThat(config.url()).isEqualTo("mqtts://broker.example.com");
        assertThat(config.device()).isEqualTo("${hostname}");
        assertThat(config.certificate()).isNull();
        assertThat(said.toString())
                .startsWith("Which broker, such as mqtts://broker.example.com:8883? ")
                .contains(
                        "There is no default for the broker.",
                        "How often are readings sent? [10s]");
    }

    @Test
    void a_file_that_is_not_there_is_asked_for_again_and_the_key_beside_it_is_found() {
        String certificate = file("pki/pump-17.pem").toString();
        NewConfig config =
                new InitCommand()
                        .config(
                                interview(
                                        "mqtts://b",
                                        "",
                                        file("missing.pem").toString(),
                                        certificate,
                                        "",
                                        "pump-17",
                                        "30s",
                                        new StringWriter()));
        assertThat(config.certificate()).isEqualTo(certificate);
        assertThat(config.key()).isEqualTo(file("pki/pump-17.key").toString());
        assertThat(config.device()).isEqualTo("pump-17");
        assertThat(config.every()).isEqualTo("30s");
    }

    /// The last argument takes the questions, the others are the answers.
    private static Interview interview(Object... answersAndQuestions) {
        int answers = answersAndQuestions.length - 1;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < answers; i++) {
            lines.append(answersAndQuestions[i]).append('\n');
        }
        return new Interview(
                new BufferedReader(new StringReader(lines.toString())),
                new PrintWriter((StringWriter) answersAndQuestions[answers], true));
    }

    private String[] certificates() {
        return new String[] {
            "--ca", file("pki/ca.pem").toString(),
            "--cert", file("pki/pump-17.pem").toString(),
            "--key", file("pki/pump-17.key").toString()
        };
    }

    private Caddis init(Object... options) {
        List<String> args = new ArrayList<>(List.of("init", "-c", file("caddis.yaml").toString()));
        for (Object option : options) {
            args.addAll(
                    option instanceof String[] several ? List.of(several) : List.of("" + option));
        }
        return Caddis.run(args.toArray(String[]::new));
    }

    private Caddis check() {
        return Caddis.run("check", "-c", file("caddis.yaml").toString());
    }

    private Path file(String name) {
        return folder.resolve(name);
    }
}
