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
