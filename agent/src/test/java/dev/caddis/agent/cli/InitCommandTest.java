package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;

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
                        "caddis: --broker: ",
                        "caddis: --every: \"5\" has no unit",
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
        assertThat(init.exitCode()).isZero();
        assertThat(Files.readString(file("caddis.yaml")))
                .contains(
                        "url: \"mqtts://broker.plant.example:8884\"",
                        "every: 2500ms",
                        "timestamp: none",
                        "  # \"gps\":\n"
                            + "    # \"latitude\": \"/gps/latitude\"  # nothing answers it here",
                        "\"system_id\": \"/device/id\"\n",
                        "\"temperature\": \"/sensors/temperature\"",
                        "\"odd \\\"name\\\"\": \"/system/cpu/load\"\n",
                        "- { topic: \"status\", qos: 1, handler: log }",
                        "topic: /will/oops");
        assertThat(check().exitCode()).isZero();
        assertThat(check().out())
                .contains("QoS 2: no birth; as the last will pump-17 has vanished!\n");
    }

    @Test
    void of_its_own_topic_only_what_this_machine_answers_is_published() {
        var config = new NewConfig("mqtts://b", "pump-17", null, null, null, "10s", null);
        assertThat(config.text(path -> true))
                .contains("\n    memory_available: /system/memory/available\n")
                .contains("\n    temperature: /sensors/temperature\n");
        assertThat(config.text(path -> !path.startsWith("/sensors")))
                .contains("\n    memory_available: /system/memory/available\n")
                .contains("\n    # temperature: /sensors/temperature # nothing answers it");
    }

    @Test
    void a_router_of_which_this_machine_answers_nothing_becomes_comments_that_pass_check()
            throws IOException {
        Files.writeString(
                file("settings.py"),
                "MQTT_SERVER = 'b'\ntopics = {'gps': {'latitude': 'gps/latitude'}}\n");
        Caddis init = init("--from", file("settings.py").toString(), certificates());
        assertThat(init.err()).isEmpty();
        assertThat(Files.readString(file("caddis.yaml"))).contains("\n# topics:\n  # \"gps\":\n");
        assertThat(check().exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt://localhost:1883", "ws://localhost", "MQTT://localhost"})
    void certificates_for_a_broker_without_TLS_are_refused(String broker) {
        Caddis refused = init("--broker", broker, "--device", "pump-17", certificates());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err())
                .contains(
                        "the broker is " + broker + ", and the certificates are only used with",
                        "write --broker mqtts://HOST:PORT, or leave them out");
        Caddis ca = init("--broker", broker, "--ca", file("pki/ca.pem"), "--device", "pump-17");
        assertThat(ca.exitCode()).isEqualTo(2);
        assertThat(file("caddis.yaml")).doesNotExist();
    }

    @Test
    void certificates_are_written_for_every_broker_of_TLS() throws IOException {
        for (String broker : List.of("wss://b.example", "MQTTS://b.example")) {
            init("--force", "--broker", broker, certificates());
            assertThat(Files.readString(file("caddis.yaml"))).contains("cert: \"pki/pump-17.pem\"");
        }
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

    @Test
    void an_answer_that_check_would_refuse_is_asked_for_again() throws IOException {
        Files.copy(file("pki/ca.key"), file("pki/other.key"));
        var said = new StringWriter();
        var init = new InitCommand();
        new CommandLine(init).parseArgs("-c", file("caddis.yaml").toString());
        NewConfig config =
                init.config(
                        interview(
                                "http://b",
                                "mqtts://b",
                                "",
                                file("pki/pump-17.key"),
                                file("pki/pump-17.pem"),
                                file("pki/ca.pem"),
                                file("pki/other.key"),
                                "",
                                "a/b",
                                "",
                                "5",
                                "5s",
                                said));
        assertThat(config.url()).isEqualTo("mqtts://b");
        assertThat(config.certificate()).isEqualTo("pki/pump-17.pem");
        assertThat(config.key()).isEqualTo("pki/pump-17.key");
        assertThat(config.device()).isEqualTo("${cert:cn}");
        assertThat(config.every()).isEqualTo("5s");
        assertThat(said.toString())
                .contains(
                        "holds a private key and not a certificate",
                        "holds a certificate and not a private key",
                        "does not fit",
                        "holds /, which cannot be in one level of a topic",
                        "\"5\" has no unit");
        try (var files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("caddis.yaml"));
        }
    }

    @Test
    void whoever_names_a_certificate_is_still_asked_for_the_CA() {
        var asked = new StringWriter();
        var init = new InitCommand();
        new CommandLine(init)
                .parseArgs(
                        "--broker",
                        "mqtts://b",
                        "--cert",
                        file("pki/pump-17.pem").toString(),
                        "--key",
                        file("pki/pump-17.key").toString());
        NewConfig config = init.config(interview(file("pki/ca.pem"), "", "", asked));
        assertThat(config.ca()).isEqualTo(file("pki/ca.pem").toString());
        assertThat(asked.toString())
                .contains("PEM file of the broker's CA? [the system's]")
                .doesNotContain("PEM file of the device's certificate");
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
