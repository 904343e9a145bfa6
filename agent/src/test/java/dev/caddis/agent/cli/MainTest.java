package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Command;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

class MainTest {

    @TempDir private Path folder;

    @Test
    void a_command_is_made_alone_under_the_name_that_it_has() {
        Map<String, CommandLine> all = Main.commandLine().getSubcommands();
        assertThat(all).containsKeys("run", "help");
        all.forEach((name, command) ->
                assertThat(command.getCommand().getClass().getAnnotation(Command.class))
                        .isNotNull()
                        .extracting(Command::name)
                        .isEqualTo(name));
        assertThat(Main.commandLine("run", "-c", "x").getSubcommands()).containsOnlyKeys("run");
        assertThat(Main.commandLine("help", "run").getSubcommands()).containsOnlyKeys(all.keySet());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "check",
                "doctor",
                "read",
                "pub",
                "sub",
                "roundtrip",
                "outbox",
                "session",
                "pki"
            })
    void every_command_has_help_with_an_example(String command) {
        Caddis help = Caddis.run(command, "--help");
        assertThat(help.exitCode()).isZero();
        assertThat(help.out()).contains("Example", "caddis " + command);
        assertThat(Caddis.run("--help").out()).contains("  " + command + " ");
    }

    @Test
    void help_may_be_a_word_too() {
        assertThat(Caddis.run("help")).isEqualTo(Caddis.run("--help"));
        assertThat(Caddis.run("help", "pub")).isEqualTo(Caddis.run("pub", "--help"));
        assertThat(Caddis.run("pub", "-h")).isEqualTo(Caddis.run("pub", "--help"));
        assertThat(Caddis.run("--help").exitCode()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "check",
                "doctor",
                "read",
                "pub",
                "sub",
                "roundtrip",
                "outbox",
                "session",
                "pki",
                "help"
            })
    void examples_are_not_broken_at_80_columns_so_that_they_can_be_copied(String command) {
        CommandLine line = Main.commandLine(command);
        line.setUsageHelpWidth(80).setUsageHelpAutoWidth(false);
        String[] footer =
                Objects.requireNonNull(line.getSubcommands().get(command))
                        .getCommandSpec()
                        .usageMessage()
                        .footer();
        assertThat(Caddis.run(line, command, "--help").out().lines()).containsSubsequence(footer);
    }

    @Test
    void an_error_ends_a_command_like_any_failure() { // picocli would pass it on
        CommandLine line = Main.commandLine("sub");
        line.setExecutionStrategy(parsed -> {
            throw new NoClassDefFoundError("somewhere");
        });
        Caddis failed = Caddis.run(line, "sub", "-t", "a");
        assertThat(failed.exitCode()).isEqualTo(1);
        assertThat(failed.err())
                .startsWith("caddis: unexpected failure: java.lang.NoClassDefFoundError: somewhere")
                .doesNotContain("\tat ");
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
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    rn                                             | "rn" is not a command; there are: run, check, doctor, read, pub, sub, roundtrip, outbox, session, status, pki, init, help
                    pub -m x                                       | Missing required option: '--topic=TOPIC'; write -t TOPIC
                    frob pub                                       | "frob" is not a command; there are: run, check, doctor, read, pub, sub, roundtrip, outbox, session, status, pki, init, help
                    help frob                                      | "frob" is not a command; there are: run, check, doctor, read, pub, sub, roundtrip, outbox, session, status, pki, init, help
                    help pub sub                                   | caddis pub has no commands below it; leave out "sub"
                    pub -h localhost -t a -m x                     | the broker is named with --broker mqtts://HOST:PORT, help is caddis pub --help
                    --debug sub -t a -hlocalhost                   | help is caddis sub --help
                    check nofile.yaml                              | "nofile.yaml" belongs to no option; did you mean -c nofile.yaml?
                    run nofile.yml                                 | did you mean -c nofile.yml?
                    run pump                                       | write each value behind its option
                    pub -t a -m hello world                        | "world" belongs to no option; write a value that holds spaces in quotes
                    pub -t a -m x --timeot 5s                      | there is no option --timeot
                    pub -t                                         | write -t TOPIC
                    pub -t a                                       | Missing required argument (specify one of these): (-m=TEXT | -l | --drain); write -m TEXT or -l or --drain
                    pub -t a -m x -l                               | are mutually exclusive (specify only one); leave one out
                    pub -m x --drain                               | are mutually exclusive (specify only one); leave one out
                    pub --drain -l                                 | are mutually exclusive (specify only one); leave one out
                    pub --drain -t a                               | --drain sends messages as they were accepted, and -t is given; leave it out
                    pub --drain -q 1                               | --drain sends messages as they were accepted, and -q is given; leave it out
                    pub --drain -r                                 | --drain sends messages as they were accepted, and -r is given; leave it out
                    pub --drain                                    | --drain is given without --session; write --session DIR with the folder to drain
                    pub --drain --session nofolder                 | there is no session in nofolder; correct --session
                    pub -t a/# -m x                                | topic "a/#" holds a wildcard
                    pub -t a -m x -q 3                             | "3" is not a QoS; write 0, 1 or 2
                    pub -t a -m x --mqtt 4                         | "4" is not a version of MQTT; write 5, 3.1.1 or auto
                    pub -t a -m x --timeout 5                      | "5" has no unit; write 5s or 500ms
                    pub -t a -m x --ca ca.pem                      | which broker? Write --broker
                    pub -t a -m x -c x.yaml --ca ca.pem            | leave one out
                    pub -t a -m x --broker tcp://h                 | write mqtt:// (or mqtts:// for TLS) instead of tcp://
                    pub -t a -m x --broker mqtt://h --ca a.pem --cert b.pem | is not encrypted
                    pub -t a -m x --broker mqtt://h --password-file p | without --user
                    pub -t a -m x --broker mqtts://h --key-password-file p | without --key, --pkcs12 or --pkcs11
                    pub -t a -m x --broker mqtts://h --pkcs12 p --key k    | --pkcs12 is given beside --cert or --key
                    sub                                            | Missing required option: '--topic=FILTER'
                    outbox stat --session nofolder                 | with -c FILE; that of an agent is looked at as
                    outbox ls --session a -c b.yaml                | -c and --session are both given; leave one of them out
                    session reset --session nofolder               | there is no session in nofolder
                    sub -t a/#/b                                   | # must be the last level
                    sub -t a --count 0                             | write 1 or more
                    sub -t a --count x                             | --count is x; write a whole number
                    roundtrip --iterations 1.5                     | --iterations is 1.5; write a whole number
                    roundtrip --publishes x                        | --publishes is x; write a whole number
                    roundtrip --publishes 2147483648               | --publishes is 2147483648; write a smaller number
                    pub -t a -m x --broker mqtt://h -u me --password-file none.pw | password file none.pw does not exist; name the file that holds the password
                    pub -t a -m x --broker mqtts://h --ca none.pem | /none.pem); correct the path
                    roundtrip -h localhost                         | the broker is named with --broker
                    roundtrip --iterations -1                      | write 1 or more, or 0 for ever
                    roundtrip --publishes 0                        | write 1 or more
                    roundtrip -t a/+                               | topic "a/+" holds a wildcard
                    roundtrip --broker mqtt://h -i a#              | name one with --topic
                    roundtrip --broker mqtt://h --ca a.pem         | is not encrypted
                    roundtrip once                                 | "once" belongs to no option
                    read -c none.yaml                              | none.yaml: does not exist
                    read --jsn                                     | there is no option --jsn
                    """)
    void wrong_usage_is_told_in_a_sentence_and_ends_with_2(String args, String said) {
        Caddis wrong = Caddis.run(args.split(" "));
        assertThat(wrong.err()).contains(said).doesNotContain("\tat ");
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--ca, CA file", "--pkcs12, PKCS#12 file"})
    void an_identity_that_cannot_be_used_ends_at_once_with_2_and_one_sentence(
            String option, String role) {
        Path missing = folder.resolve("missing");
        Caddis pub =
                Caddis.run(
                        "pub",
                        "-t",
                        "a",
                        "-m",
                        "x",
                        "--broker",
                        "mqtts://127.0.0.1",
                        option,
                        missing.toString());
        assertThat(pub.exitCode()).isEqualTo(2);
        assertThat(pub.err())
                .isEqualTo(
                        "caddis: "
                                + role
                                + " "
                                + missing
                                + " does not exist; correct the path"
                                + System.lineSeparator());
    }

    @Test
    void a_protected_key_says_by_which_option_its_password_is_given() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        Path file = folder.resolve("device.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, "butterfly".toCharArray());
        }
        String[] pub = ("pub -t a -m x --broker mqtts://127.0.0.1 --pkcs12 " + file).split(" ");
        assertThat(Caddis.run(pub))
                .isEqualTo(
                        new Caddis(
                                2,
                                "",
                                "caddis: PKCS#12 file "
                                        + file
                                        + " is protected by a password and none is given; write"
                                        + " --key-password-file FILE"
                                        + System.lineSeparator()));
        String[] mistaken = Arrays.copyOf(pub, pub.length + 2);
        mistaken[pub.length] = "--key-password-file";
        mistaken[pub.length + 1] = "butterfly";
        assertThat(Caddis.run(mistaken).err())
                .endsWith(
                        "there is no file butterfly; name the file that holds the password, not"
                                + " the password itself"
                                + System.lineSeparator());
    }

    @Test
    void a_password_file_that_never_ends_is_refused_at_once() {
        Caddis pub =
                Caddis.run(
                        "pub -t a -m x --broker mqtt://127.0.0.1 -u me --password-file /dev/zero"
                                .split(" "));
        assertThat(pub.exitCode()).isEqualTo(2);
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
    void help_takes_the_commands_below_a_command() {
        for (String command : List.of("pki init", "outbox ls", "session reset", "pki")) {
            Caddis help = Caddis.run(("help " + command).split(" "));
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).startsWith("Usage: caddis " + command + " ");
        }
        assertThat(Caddis.run("help", "pki", "frob").err())
                .contains("\"frob\" is not a command; there are: init, ");
        assertThat(Caddis.run("help", "check", "init").err())
                .isEqualTo("caddis: caddis check has no commands below it; leave out \"init\"\n");
    }

    @Test
    void no_line_of_the_help_ends_within_a_name() {
        CommandLine caddis = Main.commandLine("check");
        var commands = new ArrayDeque<>(List.of(caddis));
        while (!commands.isEmpty()) {
            CommandLine command = commands.remove();
            commands.addAll(command.getSubcommands().values());
            command.setUsageHelpAutoWidth(false);
            assertThat(command.getUsageMessage())
                    .as(command.getCommandName())
                    .doesNotContainPattern("[a-z][.]\\R( {8,})?[a-z]");
        }
    }

    @Test
    void run_without_a_configuration_says_what_to_do() {
        Caddis run = Caddis.run("run", "-c", folder.resolve("none.yaml").toString());
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("none.yaml: does not exist").doesNotContain("demo");
        Caddis usual = Caddis.run("run"); // tests run where no caddis.yaml is
        assertThat(usual.exitCode()).isEqualTo(2);
        assertThat(usual.err())
                .startsWith("caddis: there is no configuration")
                .contains(
                        "see Caddis at work with \"caddis demo\"",
                        "write one with \"caddis init\"",
                        "-c FILE");
    }
}
