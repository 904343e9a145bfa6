package dev.caddis.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The patches of `show/fixtures/broken-rules` and `broken-promises` are applied by long proofs
/// outside this build; a change that makes one of them stale is noticed here.
class BrokenRulesTest {

    private static final Path ROOT = Path.of("..");

    static Stream<Path> patches() throws IOException {
        return Stream.concat(patches("broken-rules"), patches("broken-promises"));
    }

    private static Stream<Path> patches(String folder) throws IOException {
        try (Stream<Path> files =
                Files.list(ROOT.resolve("system-tests/show/fixtures/" + folder))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("patches")
    void a_broken_rule_still_fits_the_code_that_it_breaks(Path patch) throws IOException {
        List<String> lines = Files.readAllLines(patch);
        String file =
                lines.stream().filter(it -> it.startsWith("--- a/")).findFirst().orElseThrow();
        int hunk = 0;
        while (!lines.get(hunk).startsWith("@@")) {
            hunk++;
        }
        String before =
                String.join(
                        "\n",
                        lines.subList(hunk + 1, lines.size()).stream()
                                .filter(line -> !line.startsWith("+"))
                                .map(line -> line.isEmpty() ? line : line.substring(1))
                                .toList());
        assertThat(Files.readString(ROOT.resolve(file.substring("--- a/".length()))))
                .contains(before);
    }
}
