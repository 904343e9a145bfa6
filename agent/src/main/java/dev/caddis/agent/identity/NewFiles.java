package dev.caddis.agent.identity;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Files of one folder that did not exist before: secrets 0600 from the moment they exist, what
/// everybody may know 0644 as far as the umask lets it, none ever replaced.
///
/// On a file system without POSIX permissions they get that system's defaults.
public final class NewFiles {

    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path folder;
    private final boolean posix;

    private NewFiles(Path folder) throws IOException {
        this.folder = folder;
        this.posix = Files.getFileStore(folder).supportsFileAttributeView("posix");
    }

    /// Files in a folder that is there.
    public static NewFiles in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new PkiException(
                    "folder " + folder + " does not exist; name one that does", null);
        }
        return new NewFiles(folder);
    }

    /// A folder of their own, 0700; it is made, with its parents, if it is not there.
    ///
    /// @throws IOException when it holds anything already, or cannot be made
    public static NewFiles claim(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (FileAlreadyExistsException e) {
            throw new PkiException(
                    folder + " is a file; name a folder that is empty or does not exist yet", e);
        }
        refuseWhatIsInUse(folder);
        var claimed = new NewFiles(folder);
        if (claimed.posix) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        return claimed;
    }

    private static void refuseWhatIsInUse(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            String found =
                    entries.limit(3)
                            .map(entry -> String.valueOf(entry.getFileName()))
                            .sorted()
                            .collect(Collectors.joining(", "));
            if (!found.isEmpty()) {
                throw new PkiException(
                        "cannot make certificates in "
                                + folder
                                + ": it holds other files ("
                                + found
                                + "). Name a directory that is empty or does not exist yet",
                        null);
            }
        }
    }

    public Path folder() {
        return folder;
    }

    /// Refuses before anything is made, so that no half of a pair is left.
    void refuseExisting(List<String> names) throws IOException {
        for (String name : names) {
            if (Files.exists(folder.resolve(name))) {
                throw exists(folder.resolve(name), null);
            }
        }
    }

    /// Writes a new file that is for its owner alone.
    public Path writeSecret(String name, byte[] content) throws IOException {
        return write(name, content, "rw-------");
    }

    /// Writes a new file that everybody may read: certificates and requests hold no secret.
    public Path writePublic(String name, byte[] content) throws IOException {
        return write(name, content, "rw-r--r--");
    }

    /// What cannot be written whole is not left behind.
    private Path write(String name, byte[] content, String permissions) throws IOException {
        Path file = folder.resolve(name);
        FileAttribute<?>[] attributes =
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString(permissions))
                        }
                        : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(file, NEW, attributes)) {
            var buffer = ByteBuffer.wrap(content);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (FileAlreadyExistsException e) {
            throw exists(file, e);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        return file;
    }

    private static PkiException exists(Path file, @Nullable Exception e) {
        return new PkiException(
                file + " is there already and is not replaced; move it away, or take another name",
                e);
    }
}
