package dev.caddis.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// F40: a wrong configuration is refused with every problem of it, each in one line that says what
/// to write.
class WrongConfigurationTest {

    @TempDir private static Path temp;
    private static ConfigFolder folder;

    @BeforeAll
    static void create() throws Exception {
        folder = ConfigFolder.in(temp.toRealPath());
    }

    /// `wrong-configurations.txt`: a title behind `===`, the file, and behind `>` each line that is
    /// printed about it.
    @TestFactory
    Stream<DynamicTest> a_wrong_configuration_is_refused_with_exactly_these_lines()
            throws IOException {
        List<DynamicTest> cases =
                Stream.of(resource().split("(?m)^=== "))
                        .skip(1)
                        .map(WrongConfigurationTest::oneCase)
                        .toList();
        assertThat(cases).hasSizeGreaterThan(60);
        return cases.stream();
    }

    private static DynamicTest oneCase(String text) {
        List<String> lines = text.lines().toList();
        var yaml =
                lines.stream()
                        .skip(1)
                        .filter(line -> !line.startsWith("> "))
                        .collect(Collectors.joining("\n"));
        List<String> expected =
                lines.stream()
                        .filter(line -> line.startsWith("> "))
                        .map(line -> "caddis.yaml:" + line.substring(2))
                        .toList();
        return dynamicTest(
                lines.getFirst(),
                () -> {
                    assertThat(expected).isNotEmpty();
                    assertThat(folder.problems(yaml)).containsExactlyElementsOf(expected);
                });
    }

    private static String resource() throws IOException {
        try (InputStream in =
                WrongConfigurationTest.class.getResourceAsStream("wrong-configurations.txt")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void a_configuration_that_never_ends_is_refused_at_once() {
        assertThat(problems(Path.of("/dev/zero")))
                .containsExactly(
                        "/dev/zero: is not a regular file; write the configuration to one"
                                + " and name that");
    }

    @Test
    void a_missing_file_says_where_it_was_looked_for() {
        Path missing = temp.resolve("missing.yaml");
        assertThat(problems(missing))
                .containsExactly(missing + ": does not exist; correct the path");
        assertThat(problems(Path.of("nofile.yaml")))
                .containsExactly(
                        "nofile.yaml: does not exist, looked for as "
                                + Path.of("nofile.yaml").toAbsolutePath()
                                + "; correct the path");
    }

    @Test
    void a_directory_is_no_configuration() {
        assertThat(problems(temp))
                .containsExactly(
                        temp
                                + ": is a directory; name the file in it, such as "
                                + temp
                                + "/caddis.yaml");
    }

    @Test
    void a_file_that_is_not_UTF_8_is_refused_at_its_line() throws IOException {
        Path file = temp.resolve("latin1.yaml");
        Files.write(file, "device:\n  id: Größe\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(problems(file))
                .containsExactly(file + ":2: yaml: is not UTF-8 text; save the file as UTF-8");
    }

    @Test
    void nesting_without_end_is_refused_before_it_exhausts_the_stack() throws IOException {
        assertThat(folder.problems("topics: " + "[".repeat(200_000)))
                .containsExactly(
                        "caddis.yaml:1: yaml: is nested too deep; a configuration is at most 5"
                                + " levels deep");
        assertThat(folder.problems("- ".repeat(200_000)))
                .containsExactly(
                        "caddis.yaml:1: yaml: is nested too deep; a configuration is at most 5"
                                + " levels deep");
    }

    @Test
    void a_bomb_of_aliases_is_refused() throws IOException {
        String bomb =
                "a: &a [x]\nb: &b [" + "*a,".repeat(60) + "]\nc: [" + "*b,".repeat(60) + "]\n";
        assertThat(folder.problems(bomb))
                .containsExactly(
                        "caddis.yaml:3: yaml: has more than 100 aliases (*); write some of them"
                                + " out");
    }

    @Test
    void a_mapping_that_contains_itself_is_refused_like_any_other() throws IOException {
        assertThat(folder.problems("device: &d { id: pump-17, more: *d }\n"))
                .contains("caddis.yaml:1: device.more: unknown key; known here: id, root");
    }

    @Test
    void a_file_without_end_is_refused() throws IOException {
        assertThat(folder.problems("# " + "x".repeat(1 << 20)))
                .containsExactly(
                        "caddis.yaml: is larger than 1 MiB; check that it is a Caddis"
                                + " configuration");
    }

    private static List<String> problems(Path file) {
        return switch (AgentConfig.load(file, folder.environment())) {
            case ConfigResult.Valid _ -> List.of();
            case ConfigResult.Invalid(List<Problem> problems, _) ->
                    problems.stream().map(Problem::toString).toList();
        };
    }
}
