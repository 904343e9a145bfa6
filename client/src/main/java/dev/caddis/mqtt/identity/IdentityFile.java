package dev.caddis.mqtt.identity;

import dev.caddis.mqtt.identity.IdentityException.Problem;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/// One file the user named, and what it was named for: `role` is "CA file", "certificate file",
/// "key file", "PKCS#12 file".
record IdentityFile(String role, Path path) {

    /// A bundle of all public CAs has 0.25 MiB; more than this is another file, or a device.
    private static final int BYTES_MAX = 4 * 1024 * 1024;

    /// "certificate file certs/device.pem"
    @Override
    public String toString() {
        return role + " " + path;
    }

    byte[] read() throws IdentityException {
        try {
            return bytes(path);
        } catch (NoSuchFileException e) {
            throw new IdentityException(
                    Problem.FILE_MISSING, this + " does not exist" + remedy(), e);
        } catch (IOException e) {
            throw new IdentityException(
                    Problem.FILE_UNREADABLE, this + " cannot be read: " + why(e), e);
        }
    }

    /// A digest of what is in it, or of why it cannot be read.
    byte[] mark() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try {
                byte[] content = bytes(path);
                digest.update(content);
                Arrays.fill(content, (byte) 0);
            } catch (IOException e) {
                digest.update(e.getClass().getName().getBytes(StandardCharsets.UTF_8));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String remedy() {
        String lookedFor = path.isAbsolute() ? "" : " (looked for " + path.toAbsolutePath() + ")";
        return lookedFor + "; correct the path";
    }

    /// The plain reason of a failed read; no file is there only where it is that of a password.
    static String why(IOException e) {
        return switch (e) {
            case AccessDeniedException denied ->
                    "this user may not read it or a folder above it; change its owner or mode";
            case NoSuchFileException missing ->
                    "there is no file "
                            + missing.getFile()
                            + "; name the file that holds the password, not the password itself";
            default -> String.valueOf(e.getMessage());
        };
    }

    /// What is in `path`, which must be a regular file: a pipe might hold up a connection for ever.
    static byte[] bytes(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("it is not a regular file; name one");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new IOException("it is larger than 4 MiB; is it the right file?");
            }
            return bytes;
        }
    }
}
