package dev.caddis.systemtests.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class InteropTableTest {
    private static final Path PAGE = Installed.root().resolve("docs/interop.md");

    @Test
    void the_page_says_what_the_suite_tries_and_what_brokers_do_instead() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("docs/interop.md: put the tables below in place of the old ones")
                .contains(InteropTable.scenarios())
                .contains(InteropTable.differences());
    }
}
