package dev.caddis.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;

class DemoFolderTest {

    @TempDir private Path temp;

    @Test
    void a_folder_that_holds_anything_is_refused_as_wrong_usage_and_stays_as_it_was()
            throws IOException {
        Path folder = Files.createDirectory(temp.resolve("mine"));
        Path own = Files.writeString(folder.resolve("caddis.yaml"), "mine");
        var err = new StringWriter();
        int exitCode =
                new CommandLine(new DemoCommand())
                        .setErr(new PrintWriter(err, true))
                        .execute("--dir", temp + "/./x/../mine");
        assertThat(exitCode).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "caddis: --dir %s is not empty; name a new or an empty folder%n"
                                .formatted(folder));
        assertThat(own).hasContent("mine");
        assertThat(folder).isDirectoryContaining(own::equals);
    }

    @Test
    void a_file_is_refused() throws IOException {
        Path file = Files.writeString(temp.resolve("file"), "");
        assertThatThrownBy(() -> DemoFolder.of(file))
                .isInstanceOf(DemoFolder.InUseException.class)
                .hasMessage(file + " is not a folder");
    }

    @Test
    void a_new_folder_of_the_user_is_made_and_stays() throws IOException {
        DemoFolder folder = DemoFolder.of(temp.resolve("a/b"));
        Files.writeString(folder.path().resolve("caddis.yaml"), "kept");
        folder.delete();
        assertThat(temp.resolve("a/b/caddis.yaml")).exists();
    }

    @Test
    void a_folder_of_our_own_goes_with_all_that_is_in_it() throws IOException {
        DemoFolder folder = DemoFolder.of(null);
        Files.writeString(Files.createDirectory(folder.path().resolve("pki")).resolve("key"), "");
        folder.delete();
        assertThat(folder.path()).doesNotExist();
        folder.delete();
    }
}
