import org.w3c.dom.Element;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

/// How many tests passed, failed and were skipped in all modules, and why were they skipped?
///
/// Run as a single source file from the repository's root, on Java 17 or later. Reads the XML
/// reports of Surefire in every module; reports older than the instant given as the only argument
/// are of an earlier build and not counted. Exits 1 where a test failed or none ran.
class TestSummary {
    private int run;
    private int failed;
    private int skipped;
    private final List<String> notes = new ArrayList<>();

    public static void main(String[] arguments) throws Exception {
        var since = arguments.length == 0 ? Instant.EPOCH : Instant.parse(arguments[0]);
        var summary = new TestSummary();
        for (var report : reports(since)) {
            summary.add(report);
        }
        System.exit(summary.print());
    }

    private static List<Path> reports(Instant since) throws IOException {
        var reports = new ArrayList<Path>();
        try (Stream<Path> top = Files.list(Path.of(""))) {
            for (var module : top.filter(Files::isDirectory).sorted().toList()) {
                var folder = module.resolve("target/surefire-reports");
                if (!Files.isDirectory(folder)) {
                    continue;
                }
                try (var reportsOfModule = Files.newDirectoryStream(folder, "TEST-*.xml")) {
                    for (var report : reportsOfModule) {
                        if (!Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
                            reports.add(report);
                        }
                    }
                }
            }
        }
        return reports;
    }

    private void add(Path report) throws Exception {
        var suite =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(report.toFile())
                        .getDocumentElement();
        run += number(suite, "tests");
        failed += number(suite, "failures") + number(suite, "errors");
        skipped += number(suite, "skipped");
        var module = report.getName(0);
        note("failed", suite.getElementsByTagName("failure"), module);
        note("failed", suite.getElementsByTagName("error"), module);
        note("skipped", suite.getElementsByTagName("skipped"), module);
    }

    private static int number(Element suite, String attribute) {
        var text = suite.getAttribute(attribute);
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    private void note(String what, org.w3c.dom.NodeList elements, Path module) {
        for (var i = 0; i < elements.getLength(); i++) {
            var element = (Element) elements.item(i);
            var test = (Element) element.getParentNode();
            var name = test.getAttribute("classname").replaceAll(".*\\.", "");
            var method = test.getAttribute("name");
            var reason = reason(element);
            notes.add(what + ": " + module + ", " + name + "." + method + ": " + reason);
        }
    }

    /// The first line of what the test said, without the name of the exception that carried it.
    private static String reason(Element element) {
        var message = element.getAttribute("message");
        var said = message.isEmpty() ? element.getTextContent() : message;
        return said.lines()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("no reason given")
                .replaceFirst("^[\\w.]+\\.\\w+(Exception|Error): ", "")
                .strip()
                .replaceFirst("^Assumption failed: ", "");
    }

    private int print() {
        notes.stream().sorted().forEach(System.out::println);
        if (run == 0) {
            System.out.println("no test has run");
        }
        var passed = run - failed - skipped;
        System.out.println(passed + " passed, " + failed + " failed, " + skipped + " skipped");
        return run == 0 || failed > 0 ? 1 : 0;
    }
}
