package dev.caddis.systemtests;

import org.w3c.dom.Element;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

/// Does `docs/spec-coverage.md` say the truth?
///
/// [#problemsOfPage] compares it with the list of statements and with the sources of the tests,
/// [#problemsOfRun] with the reports of a run. Uses the JDK alone, so that it also runs as a single
/// source file: `java SpecCoverage.java ROOT INSTANT`, where reports older than the instant do not
/// count; exit code 1 when something is wrong.
public final class SpecCoverage {

    /// A row of the page; `test` is empty where the statement does not apply.
    public record Row(String version, String id, String summary, String test, String status) {}

    private static final Pattern HEADING = Pattern.compile("## MQTT (\\S+): .*");
    private static final Pattern ROW =
            Pattern.compile("\\| (MQTT-\\S+) \\| (.+?) \\| (?:`([^`|]+)`)? ?\\| (.+?) \\|");
    private static final Pattern METHOD =
            Pattern.compile("(client|testkit): ([A-Z]\\w*Test)#(\\w+)");
    private static final Pattern STORY = Pattern.compile("client: transcripts/([\\w-]+\\.txt)");
    private static final String NOT_APPLICABLE = "not applicable: ";
    private static final String STORIES = "TranscriptTest#every_story_ends_as_written";
    private static final Path TRANSCRIPTS = Path.of("client/src/test/resources/transcripts");

    private final Path root;
    private final List<String> problems = new ArrayList<>();

    private SpecCoverage(Path root) {
        this.root = root;
    }

    /// @throws Exception when a file cannot be read
    public static void main(String[] arguments) throws Exception {
        Path root = Path.of(arguments[0]);
        List<String> problems = new ArrayList<>(problemsOfPage(root));
        problems.addAll(problemsOfRun(root, Instant.parse(arguments[1])));
        problems.forEach(System.out::println);
        List<Row> rows = rows(root);
        long tested = rows.stream().filter(row -> row.status().equals("tested")).count();
        long tests = rows.stream().map(Row::test).filter(t -> !t.isEmpty()).distinct().count();
        System.out.println(
                problems.isEmpty()
                        ? "%d statements: %d tested, by %d tests that ran and passed, %d not applicable"
                                .formatted(rows.size(), tested, tests, rows.size() - tested)
                        : problems.size() + " problems in " + rows.size() + " rows");
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    /// The rows of the page in the checkout at `root`, in their order.
    ///
    /// @throws IOException when it cannot be read
    public static List<Row> rows(Path root) throws IOException {
        List<Row> rows = new ArrayList<>();
        String version = "";
        for (String line : Files.readAllLines(root.resolve("docs/spec-coverage.md"))) {
            Matcher heading = HEADING.matcher(line);
            Matcher row = ROW.matcher(line);
            if (heading.matches()) {
                version = heading.group(1);
            } else if (row.matches()) {
                String test = row.group(3) == null ? "" : row.group(3);
                rows.add(new Row(version, row.group(1), row.group(2), test, row.group(4)));
            } else if (line.startsWith("| MQTT")) {
                rows.add(new Row(version, line, "", "", "no row of id, summary, test, status"));
            }
        }
        return rows;
    }

    /// What is wrong with the page itself: statements without a row or with two, rows that are
    /// open, tests that no source has.
    ///
    /// @throws IOException when a file cannot be read
    public static List<String> problemsOfPage(Path root) throws IOException {
        var coverage = new SpecCoverage(root);
        coverage.checkPage();
        return coverage.problems;
    }

    private void checkPage() throws IOException {
        List<Row> rows = rows(root);
        List<String> found = rows.stream().map(row -> row.version() + " " + row.id()).toList();
        List<String> wanted;
        try (Stream<String> lines =
                Files.lines(root.resolve("system-tests/show/fixtures/statements.txt"))) {
            wanted = lines.filter(line -> !line.startsWith("#")).toList();
        }
        for (String statement : wanted) {
            long times = found.stream().filter(statement::equals).count();
            if (times != 1) {
                problems.add(statement + " has " + times + " rows; it must have one");
            }
        }
        found.stream()
                .filter(statement -> !wanted.contains(statement))
                .forEach(statement -> problems.add(statement + " is no statement of the list"));
        for (Row row : rows) {
            checkRow(row);
        }
    }

    private void checkRow(Row row) throws IOException {
        if (row.status().startsWith(NOT_APPLICABLE)) {
            if (!row.test().isEmpty() || row.status().length() < NOT_APPLICABLE.length() + 10) {
                problem(row, "is not applicable without a reason, or with a test");
            }
        } else if (!row.status().equals("tested")) {
            problem(row, "is neither tested nor not applicable: " + row.status());
        } else if (!exists(row.test())) {
            problem(row, "names a test that does not exist: " + row.test());
        }
    }

    private void problem(Row row, String what) {
        problems.add(row.version() + " " + row.id() + " " + what);
    }

    private boolean exists(String test) throws IOException {
        Matcher story = STORY.matcher(test);
        Matcher method = METHOD.matcher(test);
        if (story.matches()) {
            return Files.exists(root.resolve(TRANSCRIPTS).resolve(story.group(1)));
        }
        if (!method.matches()) {
            return false;
        }
        Pattern declared =
                Pattern.compile(
                        "@(Test|ParameterizedTest)\\b(?:(?!\\bvoid\\b)[\\s\\S])*\\bvoid "
                                + method.group(3)
                                + "\\(");
        try (Stream<Path> sources = Files.walk(root.resolve(method.group(1) + "/src/test/java"))) {
            return sources.filter(path -> path.endsWith(method.group(2) + ".java"))
                    .anyMatch(path -> declared.matcher(textOf(path)).find());
        }
    }

    private static String textOf(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What is wrong with the run that left Surefire's reports: named tests that did not run, or
    /// did not pass; stories that were not played.
    ///
    /// @param since reports older than this are of another run
    /// @throws Exception when a report cannot be read
    public static List<String> problemsOfRun(Path root, Instant since) throws Exception {
        var coverage = new SpecCoverage(root);
        Map<String, Boolean> passed = new HashMap<>();
        int stories = 0;
        for (String module : List.of("client", "testkit")) {
            for (Element test : tests(root.resolve(module + "/target/surefire-reports"), since)) {
                String name =
                        test.getAttribute("classname").replaceAll(".*\\.", "")
                                + "#"
                                + test.getAttribute("name").replaceAll("[^\\w].*", "");
                boolean well =
                        Stream.of("failure", "error", "skipped")
                                .allMatch(e -> test.getElementsByTagName(e).getLength() == 0);
                passed.merge(module + ": " + name, well, Boolean::logicalAnd);
                stories += name.equals(STORIES) ? 1 : 0;
            }
        }
        coverage.checkRun(passed, stories);
        return coverage.problems;
    }

    private void checkRun(Map<String, Boolean> passed, int stories) throws IOException {
        for (Row row : rows(root)) {
            String test = STORY.matcher(row.test()).matches() ? "client: " + STORIES : row.test();
            if (!test.isEmpty() && !passed.getOrDefault(test, false)) {
                problem(row, (passed.containsKey(test) ? "failed in " : "was not run: ") + test);
            }
        }
        try (Stream<Path> files = Files.list(root.resolve(TRANSCRIPTS))) {
            long there = files.count();
            if (there != stories) {
                problems.add(there + " transcripts, but " + stories + " were played");
            }
        }
    }

    private static List<Element> tests(Path reports, Instant since) throws Exception {
        List<Element> tests = new ArrayList<>();
        if (!Files.isDirectory(reports)) {
            return tests;
        }
        try (var files = Files.newDirectoryStream(reports, "TEST-*.xml")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(since)) {
                    continue;
                }
                var cases =
                        DocumentBuilderFactory.newInstance()
                                .newDocumentBuilder()
                                .parse(file.toFile())
                                .getElementsByTagName("testcase");
                for (int i = 0; i < cases.getLength(); i++) {
                    tests.add((Element) cases.item(i));
                }
            }
        }
        return tests;
    }
}
