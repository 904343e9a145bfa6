package dev.caddis.agent.doctor;

import dev.caddis.agent.ControlSocket;
import dev.caddis.agent.SessionLock;
import dev.caddis.agent.config.AgentSettings;
import dev.caddis.agent.config.Sizes;
import dev.caddis.agent.config.StoreSettings;
import dev.caddis.mqtt.OpenException;
import dev.caddis.mqtt.SessionFolder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The session folder: may this user write there, is there room, how long does one force take, and
/// who has it. What an agent that runs has in it is not touched.
final class JournalCheck {

    private static final int BLOCK = 4096;
    private static final Duration SLOW = Duration.ofMillis(500);

    private final AgentSettings settings;

    JournalCheck(AgentSettings settings) {
        this.settings = settings;
    }

    List<Finding> findings() {
        StoreSettings store = settings.store();
        Path folder = store.folder();
        if (folder == null) {
            return List.of(
                    Finding.ok(
                            Step.JOURNAL,
                            "none: durability memory keeps what was accepted as long as the"
                                    + " process lives"));
        }
        var findings = new ArrayList<Finding>();
        boolean there = Files.isDirectory(folder);
        Path written = there ? folder : existing(folder);
        if (!Files.isDirectory(written) || !Files.isWritable(written)) {
            findings.add(
                    Finding.failed(
                            Step.JOURNAL,
                            "user %s may not write in %s%s"
                                    .formatted(
                                            user(),
                                            written,
                                            there ? "" : ", where " + folder + " is to be made"),
                            "give the folder to that user, see that its disk is not mounted"
                                    + " read-only, or name another in store.path"));
            return findings;
        }
        String owner = there ? owner(folder, findings) : "";
        force(written, store, there, owner, findings);
        return findings;
    }

    private static Path existing(Path folder) {
        Path at = folder;
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    /// Who has it, and whose session it keeps.
    private String owner(Path folder, List<Finding> findings) {
        try {
            Optional<String> clientId = SessionFolder.at(folder).clientId();
            if (clientId.isPresent() && !clientId.get().equals(settings.session().clientId())) {
                findings.add(
                        Finding.failed(
                                Step.JOURNAL,
                                "%s keeps the session of client id \"%s\", not of \"%s\""
                                        .formatted(
                                                folder,
                                                clientId.get(),
                                                settings.session().clientId()),
                                "name another folder in store.path, write that client id, or give"
                                        + " the session up: caddis session reset"));
            }
        } catch (OpenException unreadable) {
            findings.add(Finding.failed(Step.JOURNAL, String.valueOf(unreadable.getMessage())));
        }
        if (!isLocked(folder, findings)) {
            return "";
        }
        if (ControlSocket.answers(folder)) {
            return ", an agent runs with it";
        }
        findings.add(
                Finding.failed(
                        Step.JOURNAL,
                        folder + " is locked by another process, and no agent answers there",
                        "find it with \"fuser -v "
                                + SessionLock.file(folder)
                                + "\" and end it: one process at a time may have a session"
                                + " folder"));
        return "";
    }

    private static boolean isLocked(Path folder, List<Finding> findings) {
        try {
            return SessionLock.isHeld(folder);
        } catch (IOException e) {
            findings.add(
                    Finding.failed(
                            Step.JOURNAL,
                            "user "
                                    + user()
                                    + " may not lock "
                                    + SessionLock.file(folder)
                                    + ": "
                                    + e,
                            "give the folder to the user the agent runs as"));
            return false;
        }
    }

    private static void force(
            Path written,
            StoreSettings store,
            boolean there,
            String owner,
            List<Finding> findings) {
        Path tried = written.resolve("doctor-" + ProcessHandle.current().pid() + ".tmp");
        try {
            long free = Files.getFileStore(written).getUsableSpace();
            long begun = System.nanoTime();
            try (FileChannel channel =
                    FileChannel.open(
                            tried, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(BLOCK));
                channel.force(false);
            } finally {
                Files.deleteIfExists(tried);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - begun);
            if (free < store.minFreeBytes()) {
                findings.add(
                        Finding.failed(
                                Step.JOURNAL,
                                "the disk of %s has %s free, less than min_free_disk %s: the outbox"
                                                .formatted(
                                                        written,
                                                        Sizes.about(free),
                                                        Sizes.text(store.minFreeBytes()))
                                        + " grows no more",
                                "make room, or write a smaller store.min_free_disk"));
            }
            if (took.compareTo(SLOW) > 0) {
                findings.add(
                        Finding.warning(
                                Step.JOURNAL,
                                "one write of %d bytes, forced, took %d ms"
                                        .formatted(BLOCK, took.toMillis()),
                                "every message waits so long: take another disk, or write"
                                        + " durability: process"));
            }
            if (findings.isEmpty()) {
                findings.add(
                        Finding.ok(
                                Step.JOURNAL,
                                "%s%s: user %s may write%s, %s free, one force took %s"
                                        .formatted(
                                                written,
                                                there
                                                        ? ""
                                                        : ", where "
                                                                + store.folder()
                                                                + " will be made",
                                                user(),
                                                owner,
                                                Sizes.about(free),
                                                millis(took))));
            }
        } catch (IOException e) {
            findings.add(
                    Finding.failed(
                            Step.JOURNAL,
                            "writing in " + written + " failed: " + e.getMessage(),
                            "make room on that disk, or see what is wrong with it: dmesg, df -h,"
                                    + " df -i"));
        }
    }

    private static String millis(Duration took) {
        return String.format(Locale.ROOT, "%.1f ms", took.toNanos() / 1e6);
    }

    private static String user() {
        return System.getProperty("user.name");
    }
}
