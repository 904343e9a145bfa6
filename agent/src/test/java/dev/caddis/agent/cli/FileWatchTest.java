package dev.caddis.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

class FileWatchTest {

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("caddis.yaml"), "one");
    }

    @Test
    void a_change_is_told_once_when_two_looks_in_a_row_see_the_same() throws IOException {
        var watch = new FileWatch(file);
        assertThat(watch.hasChanged()).isFalse();
        Files.writeString(file, "half");
        assertThat(watch.hasChanged()).isFalse(); // it may still be written
        Files.writeString(file, "the whole");
        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isTrue();
        assertThat(watch.hasChanged()).isFalse();
    }

    @Test
    void another_file_in_its_place_is_a_change_and_a_gap_before_it_is_none() throws IOException {
        var watch = new FileWatch(file);
        Path next = Files.writeString(folder.resolve("next"), "one");
        Files.setLastModifiedTime(next, Files.getLastModifiedTime(file));
        Files.delete(file);
        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isFalse();
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isTrue();
    }

    @Test
    void a_link_that_is_set_anew_on_the_way_to_it_is_a_change() throws IOException {
        Path one = Files.createDirectory(folder.resolve("one"));
        Path two = Files.createDirectory(folder.resolve("two"));
        Files.writeString(one.resolve("f"), "1");
        Files.writeString(two.resolve("f"), "22");
        Path link = Files.createSymbolicLink(folder.resolve("now"), one);
        var watch = new FileWatch(link.resolve("f"));
        Files.delete(link);
        Files.createSymbolicLink(link, two);
        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isTrue();
    }

    @Test
    void a_file_that_is_still_written_is_not_settled() throws IOException {
        var watch = new FileWatch(file);
        for (String longer : List.of("half", "half of", "half of it")) {
            Files.writeString(file, longer);
            assertThat(watch.isSettled()).isFalse();
        }
        Files.delete(file);
        assertThat(watch.isSettled()).isFalse();
        assertThat(watch.isSettled()).isFalse();
    }

    @Test
    void what_was_just_read_is_no_change() throws IOException {
        var watch = new FileWatch(file);
        Files.writeString(file, "longer");
        assertThat(watch.isSettled()).isFalse(); // the first look at it
        assertThat(watch.isSettled()).isTrue();
        assertThat(watch.hasChanged()).isFalse();
        assertThat(watch.hasChanged()).isFalse();
    }
}
