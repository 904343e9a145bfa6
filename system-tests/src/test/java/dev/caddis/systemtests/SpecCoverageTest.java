package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// `docs/spec-coverage.md` has a row for each statement, and each row a test that exists; and what
/// says so would notice if it were otherwise.
class SpecCoverageTest {

    private static final Path ROOT = Path.of("..");

    @TempDir private Path made;

    @Test
    void every_statement_has_one_row_and_every_named_test_exists() throws Exception {
        assertThat(SpecCoverage.problemsOfPage(ROOT)).isEmpty();
        assertThat(SpecCoverage.rows(ROOT)).hasSize(134 + 25 + 72);
    }

    @BeforeEach
    void makeOne() throws IOException {
        write("system-tests/show/fixtures/statements.txt", "# ids\n5.0 MQTT-1\n5.0 MQTT-2\n");
        write("client/src/test/resources/transcripts/a.txt", "");
        write("client/src/test/java/p/ATest.java", "@Test\n void one() {}\n void helper() {}");
    }

    @Test
    void a_page_that_is_true_has_no_problems() throws Exception {
        page("| MQTT-1 | x | `client: ATest#one` | tested |", story("MQTT-2", "a"));
        assertThat(SpecCoverage.problemsOfPage(made)).isEmpty();
    }

    @Test
    void a_missing_a_second_and_a_foreign_row_are_problems() throws Exception {
        page(story("MQTT-1", "a"), story("MQTT-1", "a"), story("MQTT-3", "a"));
        assertThat(SpecCoverage.problemsOfPage(made))
                .containsExactly(
                        "5.0 MQTT-1 has 2 rows; it must have one",
                        "5.0 MQTT-2 has 0 rows; it must have one",
                        "5.0 MQTT-3 is no statement of the list");
    }

    @Test
    void an_open_row_and_one_without_a_reason_are_problems() throws Exception {
        page("| MQTT-1 | x | | open |", "| MQTT-2 | x | | not applicable: no |");
        assertThat(SpecCoverage.problemsOfPage(made))
                .hasSize(2)
                .allMatch(problem -> problem.contains("not applicable"));
    }

    @Test
    void a_test_that_does_not_exist_is_a_problem() throws Exception {
        page("| MQTT-1 | x | `client: ATest#helper` | tested |", story("MQTT-2", "b"));
        assertThat(SpecCoverage.problemsOfPage(made))
                .hasSize(2)
                .allMatch(problem -> problem.contains("does not exist"));
    }

    @Test
    void a_test_that_failed_or_did_not_run_is_a_problem() throws Exception {
        page("| MQTT-1 | x | `client: ATest#one` | tested |", story("MQTT-2", "a"));
        report("<testcase name=\"one()[1]\" classname=\"p.ATest\"/>");
        assertThat(SpecCoverage.problemsOfRun(made, Instant.EPOCH))
                .hasSize(2)
                .anyMatch(problem -> problem.contains("was not run"))
                .contains("1 transcripts, but 0 were played");
        String story =
                "<testcase name=\"every_story_ends_as_written()[1]\""
                        + " classname=\"p.TranscriptTest\"";
        report("<testcase name=\"one()[1]\" classname=\"p.ATest\"/>" + story + "/>");
        assertThat(SpecCoverage.problemsOfRun(made, Instant.EPOCH)).isEmpty();
        report(
                "<testcase name=\"one()[1]\" classname=\"p.ATest\"/>"
                        + "<testcase name=\"one()[2]\" classname=\"p.ATest\"><failure/></testcase>"
                        + story
                        + "><skipped/></testcase>");
        assertThat(SpecCoverage.problemsOfRun(made, Instant.EPOCH))
                .hasSize(2)
                .allMatch(problem -> problem.contains("failed in"));
        assertThat(SpecCoverage.problemsOfRun(made, Instant.now().plusSeconds(9))).hasSize(3);
    }

    private static String story(String id, String name) {
        return "| " + id + " | x | `client: transcripts/" + name + ".txt` | tested |";
    }

    private void page(String... rows) throws IOException {
        write("docs/spec-coverage.md", "## MQTT 5.0: x\n" + String.join("\n", rows) + "\n");
    }

    private void report(String cases) throws IOException {
        write("client/target/surefire-reports/TEST-x.xml", "<testsuite>" + cases + "</testsuite>");
    }

    private void write(String path, String text) throws IOException {
        Path file = made.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
