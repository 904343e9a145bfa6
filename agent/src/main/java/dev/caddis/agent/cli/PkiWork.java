package dev.caddis.agent.cli;

import dev.caddis.agent.identity.PkiException;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// What the commands of `caddis pki` have in common: how they fail, and what they print.
final class PkiWork {

    private static final int DAYS_MAX = 36_500;
    private static final int PASSWORD_CHARACTERS_MIN = 6;

    private PkiWork() {}

    /// Something that makes or reads files.
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    /// Runs `step`.
    ///
    /// @throws FailedException when a file cannot be made or read
    /// @throws UsageException when a name or a number is wrong
    static <T> T of(Step<T> step) {
        try {
            return step.run();
        } catch (PkiException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        } catch (AccessDeniedException e) {
            throw new FailedException(
                    e.getFile() + " may not be written by this user; choose another folder", e);
        } catch (FileSystemException e) {
            throw new FailedException(
                    "cannot write " + e.getFile() + ": " + e.getReason() + "; is the disk full?",
                    e);
        } catch (IOException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("caddis: " + e.getMessage());
        }
    }

    static Duration days(int days) {
        if (days < 1 || days > DAYS_MAX) {
            throw new UsageException(
                    "caddis: --days is " + days + "; write 1 to " + DAYS_MAX + " days");
        }
        return Duration.ofDays(days);
    }

    /// The first line of a file.
    static String password(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new UsageException(
                        "caddis: there is no password file "
                                + file
                                + "; name the file that holds the password");
            }
            List<String> lines = Files.readAllLines(file);
            if (lines.isEmpty() || lines.getFirst().isEmpty()) {
                throw new UsageException(
                        "caddis: password file " + file + " is empty; write the password there");
            }
            return lines.getFirst();
        } catch (IOException e) {
            throw new UsageException(
                    "caddis: password file " + file + " cannot be read: " + e.getMessage());
        }
    }

    /// A password that is to protect something.
    static String newPassword(Path file) {
        String password = password(file);
        if (password.length() < PASSWORD_CHARACTERS_MIN) {
            throw new UsageException(
                    "caddis: the password in "
                            + file
                            + " is too short; write at least "
                            + PASSWORD_CHARACTERS_MIN
                            + " characters, which other tools ask for as well");
        }
        return password;
    }

    static void made(PrintWriter out, List<Path> files) {
        files.forEach(file -> out.println("made " + file));
        out.flush();
    }
}
