package dev.caddis.mqtt.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// A session folder belongs to one client and one user, and holds what others put there too.
class FolderDiskTest {

    private static final int REFUSED = 3;

    @TempDir private Path temporary;

    /// Another process: tries to get the folder.
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) throws IOException {
            try {
                FolderDisk.open(Path.of(arguments[0])).close();
            } catch (StoreException e) {
                System.exit(REFUSED);
            }
        }
    }

    private static int otherProcessOpens(Path folder) throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        root(FolderDisk.class)
                                + System.getProperty("path.separator")
                                + root(Other.class),
                        Other.class.getName(),
                        folder.toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    /// The folder of classes in which `type` is.
    private static Path root(Class<?> type) throws URISyntaxException {
        String file = type.getName().replace('.', '/') + ".class";
        Path path = Path.of(Objects.requireNonNull(type.getResource('/' + file)).toURI());
        for (int names = Path.of(file).getNameCount(); names > 0; names--) {
            path = Objects.requireNonNull(path.getParent());
        }
        return path;
    }

    @Test
    void a_second_client_is_refused_and_the_first_keeps_the_folder() throws Exception { // F31
        Path folder = temporary.resolve("session");
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        FolderDisk first = FolderDisk.open(folder);
        assertThat(otherProcessOpens(folder)).isEqualTo(REFUSED);
        for (Path path : List.of(folder, link)) {
            assertThatThrownBy(() -> FolderDisk.open(path))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContainingAll(path.toString(), "in use by another client");
            assertThat(otherProcessOpens(path)).as("to another process").isEqualTo(REFUSED);
        }
        first.close();
        assertThat(otherProcessOpens(link)).isZero();
        FolderDisk.open(link).close();
    }

    @Test
    void what_it_makes_is_for_its_owner_alone() throws IOException {
        assumeTrue(
                temporary.getFileSystem().supportedFileAttributeViews().contains("posix"),
                "files have no such rights here");
        Path folder = temporary.resolve("a/session");
        JournalStore store = Journals.open(FolderDisk.open(folder), 0);
        Journals.accept(store, new byte[10], null);
        store.close();
        assertThat(rights(folder)).isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSizeGreaterThan(3).allMatch(it -> rights(it).equals("rw-------"));
        }
    }

    private static String rights(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    enum NoFile {
        FOLDER,
        DANGLING_LINK,
        FIFO
    }

    @ParameterizedTest
    @EnumSource(NoFile.class)
    void what_is_named_like_a_segment_and_is_no_file_stays_and_stops_nothing(NoFile what)
            throws Exception {
        JournalStore store = Journals.open(FolderDisk.open(temporary), 0);
        Journals.accept(store, new byte[10], null);
        store.close();
        Path alien = temporary.resolve("00000000000000ff.journal");
        make(what, alien);

        FolderDisk disk = FolderDisk.open(temporary);
        assertThat(disk.names()).doesNotContain(alien.getFileName().toString());
        JournalStore next = Journals.open(disk, 0);
        assertThat(next.takeDamages()).isEmpty();
        assertThat(Journals.waiting(next)).containsExactly(1L);
        next.close();
        assertThat(Files.exists(alien, LinkOption.NOFOLLOW_LINKS)).isTrue();
    }

    private static void make(NoFile what, Path where) throws Exception {
        switch (what) {
            case FOLDER -> Files.createDirectory(where);
            case DANGLING_LINK -> Files.createSymbolicLink(where, Path.of("nowhere"));
            case FIFO -> {
                try {
                    new ProcessBuilder("mkfifo", where.toString()).inheritIO().start().waitFor();
                } catch (IOException e) {
                    abort("mkfifo is not to be had here: " + e.getMessage());
                }
            }
        }
    }
}
