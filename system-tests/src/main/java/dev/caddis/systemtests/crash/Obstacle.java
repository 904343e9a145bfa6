package dev.caddis.systemtests.crash;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.CRC32C;

/// What keeps a session folder from being used at all. While it is there Caddis refuses to start
/// and touches nothing; once it is taken away everything is delivered.
enum Obstacle {
    NEWER_VERSION("newer version") {
        @Override
        AutoCloseable in(CaddisPub pub) throws IOException {
            Path folder = pub.session();
            List<Path> heads =
                    List.of(
                            folder.resolve("newest"),
                            SessionJournal.in(folder).segments().getLast());
            for (Path file : heads) {
                version(file, 2);
            }
            return () -> {
                for (Path file : heads) {
                    version(file, 1); // as that version leaves it to this one
                }
            };
        }
    },

    SECOND_PROCESS("second process") {
        @Override
        AutoCloseable in(CaddisPub pub) throws IOException, InterruptedException {
            Path errors = Files.createTempFile(pub.session().getParent(), "first", ".err");
            List<String> command = pub.command(SeedSession.TOPIC, 1);
            command.addAll(List.of("-l"));
            Process first = new ProcessBuilder(command).redirectError(errors.toFile()).start();
            while (!Files.readString(errors).contains("kept in") && first.isAlive()) {
                LockSupport.parkNanos(LOOK_NANOS); // it says so once it has the folder
            }
            return () -> first.destroyForcibly().waitFor();
        }
    },

    READ_ONLY_DISK("read-only disk") {
        @Override
        AutoCloseable in(CaddisPub pub) throws IOException, InterruptedException {
            String folder = pub.session().toString();
            Mount.run("mount", "--bind", folder, folder);
            Mount.run("mount", "-o", "remount,bind,ro", folder);
            return () -> Mount.run("umount", folder);
        }
    };

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int VERSION_AT = 7;
    private static final int CHECKED = 16; // bytes of the head, before their check

    private final String what;

    Obstacle(String what) {
        this.what = what;
    }

    String what() {
        return what;
    }

    /// What the refusal says, besides the folder.
    List<String> sentence() {
        return switch (this) {
            case NEWER_VERSION -> List.of("was written by a later version of Caddis", "Start that");
            case SECOND_PROCESS ->
                    List.of(
                            "is in use by another client",
                            "close that one, or give this one a folder");
            case READ_ONLY_DISK -> List.of("cannot be used", "Read-only", "may write to");
        };
    }

    boolean needsMount() {
        return this == READ_ONLY_DISK;
    }

    /// @return takes it away
    abstract AutoCloseable in(CaddisPub pub) throws Exception;

    private static void version(Path file, int version) throws IOException {
        try (var open = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] head = new byte[CHECKED];
            open.readFully(head);
            head[VERSION_AT] = (byte) version;
            CRC32C check = new CRC32C();
            check.update(head);
            open.seek(0);
            open.write(head);
            open.writeInt((int) check.getValue());
        }
    }
}
