package dev.caddis.mqtt.store;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// A folder of this machine, made if it is not there, and locked against other processes until it
/// is closed (F31).
///
/// It is written through platform calls only: its threads must not be interrupted, since that
/// closes the files they use.
public final class FolderDisk implements Disk {

    static final String LOCK = "lock";

    /// The folders that this process has. One set for all, as the lock is the process's: the system
    /// lets it go when any file of that name is closed, whoever opened it.
    private static final Set<Object> HELD = ConcurrentHashMap.newKeySet();

    private static final FileAttribute<?> OWNER_ONLY_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final @Nullable Object key; // in `HELD`
    private final @Nullable FileChannel lockFile; // `null`: it is only read
    private final @Nullable FileLock lock;

    private FolderDisk(
            Path folder,
            @Nullable Object key,
            @Nullable FileChannel lockFile,
            @Nullable FileLock lock) {
        this.folder = folder;
        this.key = key;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// What it makes is for its owner alone.
    ///
    /// @throws StoreException when another process, or another client of this one, has the folder,
    ///   or it cannot be made or written to
    public static FolderDisk open(Path folder) {
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, ownerOnly(folder, OWNER_ONLY_FOLDER));
            }
            Object key = key(folder);
            if (HELD.add(key)) {
                FolderDisk disk = lock(folder, key);
                if (disk != null) {
                    return disk;
                }
                HELD.remove(key);
            }
        } catch (IOException e) {
            throw new StoreException(
                    "the session folder "
                            + folder
                            + " cannot be used: "
                            + e
                            + ". Choose one that this user may write to",
                    e);
        }
        throw new StoreException(
                "the session folder "
                        + folder
                        + " is in use by another client. One client at a time may have it: close"
                        + " that one, or give this one a folder of its own",
                null);
    }

    /// The same for every path that leads to the folder.
    private static Object key(Path folder) throws IOException {
        Object key = Files.readAttributes(folder, BasicFileAttributes.class).fileKey();
        return key == null ? folder.toRealPath() : key;
    }

    private static @Nullable FolderDisk lock(Path folder, Object key) throws IOException {
        FileChannel lockFile = null;
        try {
            lockFile =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            ownerOnly(folder, OWNER_ONLY));
            FileLock lock = lockFile.tryLock();
            if (lock != null) {
                return new FolderDisk(folder, key, lockFile, lock);
            }
            lockFile.close();
            return null;
        } catch (IOException | RuntimeException e) {
            HELD.remove(key);
            closeQuietly(lockFile, e);
            throw e;
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path folder, FileAttribute<?> rights) {
        boolean hasRights = folder.getFileSystem().supportedFileAttributeViews().contains("posix");
        return hasRights ? new FileAttribute<?>[] {rights} : new FileAttribute<?>[0];
    }

    /// The folder without the lock, which another process may have: to read only.
    static FolderDisk unlocked(Path folder) {
        return new FolderDisk(folder, null, null, null);
    }

    private static void closeQuietly(@Nullable FileChannel channel, Exception because) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                because.addSuppressed(e);
            }
        }
    }

    @Override
    public String name() {
        return folder.toString();
    }

    /// Of files alone: folders, links and the like are not ours.
    @Override
    public List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals(LOCK))
                    .toList();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public Writer create(String name) throws IOException {
        return new FolderWriter(
                FileChannel.open(
                        folder.resolve(name),
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        ownerOnly(folder, OWNER_ONLY)));
    }

    @Override
    public Reader open(String name) throws IOException {
        return new FolderReader(FileChannel.open(folder.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    /// Names this run of the machine's system; empty where it does not tell.
    public static String boot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            return "";
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void force(String name) throws IOException {
        try (FileChannel file = FileChannel.open(folder.resolve(name), StandardOpenOption.READ)) {
            file.force(true);
        }
    }

    @Override
    public void forceNames() throws IOException {
        try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    @Override
    public long room() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public void close() throws IOException {
        if (lock == null || lockFile == null || key == null) {
            return;
        }
        try (lockFile) {
            lock.release();
        } finally {
            HELD.remove(key);
        }
    }

    private record FolderWriter(FileChannel file) implements Writer {
        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        }

        @Override
        public void force() throws IOException {
            file.force(false);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }

    private record FolderReader(FileChannel file) implements Reader {
        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public int read(ByteBuffer bytes, long position) throws IOException {
            int read = 0;
            while (bytes.hasRemaining()) {
                int more = file.read(bytes, position + read);
                if (more < 0) {
                    break;
                }
                read += more;
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
