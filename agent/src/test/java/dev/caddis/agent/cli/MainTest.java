package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;

class MainTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"run", "check", "pub", "sub"})
    void every_command_has_help_with_an_example(String command) {
        Caddis help = Caddis.run(command, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Example", "caddis " + command);
        assertThat(Caddis.run("--help").out()).contains("  " + command + " ");
    }

    @Test
    void the_version_is_that_of_the_build() {
        assertThat(Caddis.run("--version").out())
                .matches("caddis [0-9]+\\.[0-9]+.*, Java [0-9]+\\R");
    }

    @Test
    void without_a_command_the_usage_is_shown_and_it_is_wrong_usage() {
        Caddis nothing = Caddis.run();
        assertThat(nothing.exitCode()).isEqualTo(2);
        assertThat(nothing.err()).startsWith("Usage: caddis");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"doctor", "roundtrip", "read", "outbox", "session", "pki", "status", "init"})
    void a_command_of_a_later_version_is_refused_by_name_and_not_listed(String command) {
        Caddis later = Caddis.run(command);
        assertThat(later.exitCode()).isEqualTo(2);
        assertThat(later.err()).startsWith("caddis: \"" + command + "\" is not in this version");
        assertThat(Caddis.run("--help").out()).doesNotContain("  " + command + " ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    rn                                             | "rn" is not a command; there are: run, check, pub, sub
                    pub -m x                                       | Missing required option: '--topic=TOPIC'
                    pub -t a                                       | Missing required argument
                    pub -t a -m x -l                               | are mutually exclusive
                    pub -t a/# -m x                                | topic "a/#" holds a wildcard
                    pub -t a -m x -q 3                             | "3" is not a QoS; write 0, 1 or 2
                    pub -t a -m x --mqtt 4                         | "4" is not a version of MQTT; write 5, 3.1.1 or auto
                    pub -t a -m x --timeout 5                      | "5" has no unit; write 5s or 500ms
                    pub -t a -m x --ca ca.pem                      | which broker? Write --broker
                    pub -t a -m x -c x.yaml --ca ca.pem            | leave one out
                    pub -t a -m x --broker tcp://h                 | write mqtt:// (or mqtts:// for TLS) instead of tcp://
                    pub -t a -m x --broker mqtt://h --ca a.pem --cert b.pem | is not encrypted
                    pub -t a -m x --broker mqtt://h --password-file p | without --user
                    pub -t a -m x --broker mqtts://h --key-password-file p | without --key
                    sub                                            | Missing required option: '--topic=FILTER'
                    sub -t a/#/b                                   | # must be the last level
                    sub -t a --count 0                             | write 1 or more
                    sub -t a --count x                             | 'x' is not a long
                    """)
    void wrong_usage_is_told_in_a_sentence_and_ends_with_2(String args, String said) {
        Caddis wrong = Caddis.run(args.split(" "));
        assertThat(wrong.err()).contains(said).doesNotContain("\tat ");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
    }

    @Test
    void an_identity_that_cannot_be_used_ends_at_once_with_1_and_one_sentence() {
        Path missing = folder.resolve("ca.pem");
        Caddis pub =
                Caddis.run(
                        "pub",
                        "-t",
                        "a",
                        "-m",
                        "x",
                        "--broker",
                        "mqtts://127.0.0.1",
                        "--ca",
                        missing.toString());
        assertThat(pub.exitCode()).isEqualTo(1);
        assertThat(pub.err())
                .isEqualTo(
                        "caddis: CA file "
                                + missing
                                + " does not exist; create it or correct the path"
                                + System.lineSeparator());
    }

    @Test
    void a_password_file_that_never_ends_is_refused_at_once() {
        Caddis pub =
                Caddis.run(
                        "pub -t a -m x --broker mqtt://127.0.0.1 -u me --password-file /dev/zero"
                                .split(" "));
        assertThat(pub.exitCode()).isEqualTo(1);
        assertThat(pub.err())
                .startsWith(
                        "caddis: password file /dev/zero cannot be read: it is not a regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub -t a -m x", "sub -t a"})
    void a_broker_that_cannot_be_reached_is_told_once_and_ends_with_1_at_the_timeout(String command)
            throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Caddis tried =
                Caddis.run(
                        (command + " --timeout 500ms --broker mqtt://127.0.0.1:" + port)
                                .split(" "));
        assertThat(tried.exitCode()).isEqualTo(1);
        assertThat(tried.err())
                .containsOnlyOnce("nothing listens on port " + port)
                .endsWith("caddis: no connection within 500ms; gave up" + System.lineSeparator());
        assertThat(tried.out()).isEmpty();
    }

    @Test
    void run_without_a_configuration_says_what_to_do() {
        Caddis run = Caddis.run("run", "-c", folder.resolve("none.yaml").toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("none.yaml:1: file: does not exist");
        Caddis usual = Caddis.run("run"); // tests run where no caddis.yaml is
        assertThat(usual.exitCode()).isEqualTo(2);
        assertThat(usual.err()).startsWith("caddis: there is no configuration").contains("-c FILE");
    }
}
