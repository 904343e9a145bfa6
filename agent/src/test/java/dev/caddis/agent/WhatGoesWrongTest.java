package dev.caddis.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The sentences by which the manual's table of troubles is searched are those of the program.
class WhatGoesWrongTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]*`[^|]*) \\|");
    private static final Pattern PHRASE = Pattern.compile("(?<!Mosquitto: )`([^`]+)`");
    private static final Pattern JOINED = Pattern.compile("\"\\s*\\+\\s*\"");

    @Test
    void every_phrase_of_the_table_stands_in_a_sentence_of_the_program() throws IOException {
        String page = Files.readString(Path.of("..", "docs", "start.md"));
        String table = page.substring(page.indexOf("## What goes wrong"));
        String sources =
                sources(Path.of("src", "main")) + sources(Path.of("..", "client/src/main"));
        List<String> parts =
                ROW.matcher(table)
                        .results()
                        .flatMap(row -> PHRASE.matcher(row.group(1)).results())
                        .map((MatchResult phrase) -> phrase.group(1))
                        .filter(phrase -> !phrase.endsWith("://"))
                        .flatMap(phrase -> Stream.of(phrase.split("\\.\\.\\.")))
                        .toList();

        assertThat(parts)
                .hasSizeGreaterThan(15)
                .allSatisfy(part -> assertThat(sources).contains(part.strip()));
    }

    @Test
    void every_way_TLS_fails_is_told_by_the_program_in_these_words_and_staged_by_a_test()
            throws IOException {
        String page = Files.readString(Path.of("..", "docs", "operate.md"));
        String table = page.substring(page.indexOf("## Every way TLS fails"));
        table = table.substring(0, table.indexOf("\n## ", 1));
        String programs =
                sources(Path.of("src", "main")) + sources(Path.of("..", "client/src/main"));
        String tests =
                sources(Path.of("src", "test"))
                        + sources(Path.of("..", "client/src/test"))
                        + sources(Path.of("../system-tests/src/main")).replace("\\\\", "");
        List<String> rows =
                ROW.matcher(table).results().map((MatchResult row) -> row.group(1)).toList();

        assertThat(rows).hasSizeGreaterThanOrEqualTo(25);
        assertThat(rows.stream().flatMap(WhatGoesWrongTest::parts))
                .allSatisfy(part -> {
                    assertThat(programs).contains(part);
                    assertThat(tests).contains(part);
                });
    }

    private static Stream<String> parts(String row) {
        return PHRASE.matcher(row)
                .results()
                .flatMap(phrase -> Stream.of(phrase.group(1).split("\\.\\.\\.")))
                .map(String::strip);
    }

    /// All text of the programs below `folder`, strings that are joined with `+` in one piece.
    private static String sources(Path folder) throws IOException {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(it -> it.toString().endsWith(".java")).toList()) {
                text.append(JOINED.matcher(Files.readString(file)).replaceAll(""));
            }
        }
        return text.toString();
    }
}
