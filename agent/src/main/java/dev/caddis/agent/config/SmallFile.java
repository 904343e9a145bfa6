package dev.caddis.agent.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Reads a file whose whole content is one value, such as a password, without the line ends that
/// follow it.
final class SmallFile {

    private static final int BYTES_MAX =
            65_535; // what MQTT carries as one user name, password or topic

    private SmallFile() {}

    /// @throws Refused when `written`, below `folder` if it is relative, cannot be read or holds
    ///   nothing
    static String read(Path folder, String written) throws Refused {
        try {
            return read(folder.resolve(written));
        } catch (AccessDeniedException closed) {
            throw Refused.plainly(
                    "file " + Quote.of(written) + " " + reason(closed),
                    FileParsers.OWN_IT + folder.resolve(written));
        } catch (IOException | InvalidPathException unreadable) {
            throw Refused.plainly(
                    "file " + Quote.of(written) + " " + reason(unreadable),
                    "create it with the value as its only content, or correct the path");
        }
    }

    /// @throws IOException when the file cannot be read, is empty, too long or not UTF-8; the
    ///   message never holds content
    static String read(Path file) throws IOException {
        if (isSpecial(file)) {
            throw new Unusable("is not a regular file");
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        }
        if (bytes.length > BYTES_MAX) {
            throw new Unusable("is longer than " + BYTES_MAX + " bytes");
        }
        String text = decode(bytes);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        if (end == 0) {
            throw new Unusable("is empty");
        }
        return text.substring(0, end);
    }

    /// Whether `file` is there and no regular one: who reads a pipe or a device may wait for ever.
    static boolean isSpecial(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file);
    }

    private static String decode(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            throw new Unusable("is not UTF-8 text");
        }
    }

    /// Why a file could not be read, as the rest of a sentence that begins with its name.
    static String reason(Exception unreadable) {
        return switch (unreadable) {
            case NoSuchFileException _ -> "does not exist";
            case AccessDeniedException _ -> "may not be read by this user";
            case Unusable unusable -> String.valueOf(unusable.getMessage());
            case InvalidPathException _ -> "is not a possible file name";
            default -> "cannot be read: " + unreadable.getMessage();
        };
    }

    /// The file was read, but what it holds is no value.
    private static final class Unusable extends IOException {
        Unusable(String message) {
            super(message);
        }
    }
}
