package dev.caddis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the manual quotes compiles: each part of a Java block, up to an empty line or `...`, stands
/// in one of these programs line by line.
class QuotesTest {

    private static final Path ROOT = Path.of("..");
    private static final Path PROGRAMS =
            Path.of("src", "main", "java", "dev", "caddis", "examples");
    private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");
    private static final Pattern BETWEEN_PARTS = Pattern.compile("(?m)(^\\s*(\\.\\.\\.)?\\n)+");

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/library.md"})
    void the_manual_quotes_the_programs_word_by_word(String document) throws IOException {
        List<String> blocks = blocks(document);
        assertThat(blocks).isNotEmpty();
        String programs = programs();
        for (String block : blocks) {
            assertThat(BETWEEN_PARTS.split(block))
                    .allSatisfy(part -> {
                        assertThat(programs).contains("\n" + unindented(part) + "\n");
                    });
        }
    }

    @Test
    void the_readmes_program_is_whole() throws IOException {
        String program = Files.readString(PROGRAMS.resolve("PublishAndObey.java"));
        String imports = program.substring(program.indexOf("import"), program.indexOf("///"));
        String type = program.substring(program.indexOf("final class"));

        assertThat(blocks("README.md")).containsExactly(imports + type);
    }

    @Test
    void the_list_of_programs_is_complete() throws IOException {
        String list = Files.readString(Path.of("README.md"));
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            for (Path file : files.toList()) {
                if (Files.readString(file).contains("void main(")) {
                    String name = String.valueOf(file.getFileName()).replace(".java", "");
                    assertThat(list).contains("`caddis dev example " + name);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', which example?",
        "Setup, there is no example 'Setup'",
        "'AskTank ListenToEvents', there is no"
    })
    void a_program_that_is_none_is_refused_with_the_names_of_all(String name, String said)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("sh", "../dev/example"));
        if (!name.isEmpty()) {
            command.add(name);
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();

        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("caddis: " + said)
                .contains(
                        "There are: AcknowledgeLater, AnswerChallenge, AskTank, ListenToEvents,"
                                + " ObeyCommands, PublishAndObey, PublishProperties,"
                                + " PublishReadings, PullMessages, SubmitMany,"
                                + " SurviveRestart; ")
                .hasLineCount(1);
        assertThat(process.waitFor()).isEqualTo(2);
    }

    private static List<String> blocks(String document) throws IOException {
        return JAVA.matcher(Files.readString(ROOT.resolve(document)))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    private static String programs() throws IOException {
        StringBuilder programs = new StringBuilder("\n");
        try (Stream<Path> files = Files.list(PROGRAMS)) {
            for (Path file : files.toList()) {
                programs.append(unindented(Files.readString(file))).append('\n');
            }
        }
        return programs.toString();
    }

    private static String unindented(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
